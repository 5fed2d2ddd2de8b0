//go:build unix

package serve

import "syscall"

// MostFiles returns how many files the program may have open, which Go has
// raised to what the system lets it; 0 when it is not known.
func MostFiles() int {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil || uint64(limit.Cur) > 1<<30 {
		return 0
	}
	return int(limit.Cur)
}
