//go:build unix

package upstream

import (
	"syscall"
	"testing"
)

// arrived reports whether something has come on a socket, without taking it.
func arrived(t *testing.T, raw syscall.RawConn) bool {
	t.Helper()
	come := false
	if err := raw.Control(func(fd uintptr) {
		_, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK)
		come = err == nil
	}); err != nil {
		t.Fatal(err)
	}
	return come
}
