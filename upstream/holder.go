package upstream

import (
	"crypto/rand"
	"crypto/sha256"
)

// holder stands for a credential where something is kept for it, so that the
// credential itself is not.
type holder [sha256.Size]byte

// holders tells credentials apart. Its key lives as long as the program, so that
// a credential cannot be found out by trying.
type holders struct{ key [sha256.Size]byte }

func newHolders() *holders {
	h := &holders{}
	_, _ = rand.Read(h.key[:]) // never fails
	return h
}

// of returns the hash of the key and a credential. crypto/hmac, which takes five
// times as long, is for hashes that leave the program.
func (h *holders) of(c Credentials) holder {
	text := append(make([]byte, 0, 256), h.key[:]...) // on the stack unless a credential is long
	text = append(text, c.Authorization...)
	text = append(text, 0) // which is in no header
	text = append(text, c.Cookie...)
	return sha256.Sum256(text)
}
