//go:build unix

package upstream

import (
	"errors"
	"syscall"
)

// canLook is whether nothingToRead can tell.
const canLook = true

// nothingToRead reports whether a read of the socket would wait.
func nothingToRead(fd uintptr) bool {
	var one [1]byte
	_, err := syscall.Read(int(fd), one[:])
	return errors.Is(err, syscall.EAGAIN)
}
