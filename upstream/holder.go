package upstream

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
)

// holder stands for a credential where something is kept for it, so that the
// credential itself is not.
type holder [sha256.Size]byte

// holders tells credentials apart. Its key lives as long as the program, so that
// nobody can find out a credential by trying.
type holders struct{ key [sha256.Size]byte }

func newHolders() *holders {
	h := &holders{}
	_, _ = rand.Read(h.key[:]) // never fails
	return h
}

func (h *holders) of(c Credentials) holder {
	mac := hmac.New(sha256.New, h.key[:])
	_, _ = mac.Write([]byte(c.Authorization + "\x00" + c.Cookie))
	return holder(mac.Sum(nil))
}

// holder returns what stands for the caller's credential.
func (c *Caller) holder() holder {
	c.known.Do(func() { c.stands = c.client.holders.of(c.credentials) })
	return c.stands
}
