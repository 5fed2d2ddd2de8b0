// Command confine runs a program the way systemd runs the unit, where there is no
// systemd: with a root folder of its own that cannot be written, as a user that owns
// nothing, without capabilities, without memory that is written and run, and with the
// system calls and address families of the unit alone. One system call more, and the
// kernel ends the program.
package main

import (
	"fmt"
	"log"
	"os"
	"runtime"
	"slices"
	"strings"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/sys/unix"
)

const (
	user            = 65532
	setMDWE         = 65 // PR_SET_MDWE of Linux 6.3
	refuseExecGain  = 1
	lastCapability  = 63
	socketCall      = "socket"
	familiesAllowed = 3
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("confine: ")
	if len(os.Args) < 4 {
		log.Fatal("usage: confine ROOT CALL,CALL,... PROGRAM [ARGUMENT...]")
	}
	runtime.LockOSThread() // namespaces, capabilities and the filter are of a thread, as is exec
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"own namespaces", func() error { return unix.Unshare(unix.CLONE_NEWNS | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS) }},
		{"the root folder", func() error { return enter(os.Args[1]) }},
		{"no capabilities", dropCapabilities},
		{"another user", becomeUser},
		{"no memory to run", func() error { return unix.Prctl(setMDWE, refuseExecGain, 0, 0, 0) }},
		{"the filter of system calls", func() error { return filter(strings.Split(os.Args[2], ",")) }},
	} {
		if err := step.do(); err != nil {
			log.Fatalf("%s: %v", step.what, err)
		}
	}
	log.Fatal(unix.Exec(os.Args[3], os.Args[3:], os.Environ()))
}

// enter makes folder the root, read-only.
func enter(folder string) error {
	for _, step := range []func() error{
		func() error { return unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "") },
		func() error { return unix.Mount(folder, folder, "", unix.MS_BIND, "") },
		func() error {
			return unix.Mount("", folder, "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV, "")
		},
		func() error { return unix.Chroot(folder) },
		func() error { return unix.Chdir("/") },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// dropCapabilities empties the bounding set; the others go with the user.
func dropCapabilities() error {
	for capability := range uintptr(lastCapability + 1) {
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, capability, 0, 0, 0); err == unix.EINVAL { // there are no more
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

func becomeUser() error {
	if err := unix.Setgroups(nil); err != nil {
		return err
	}
	if err := unix.Setresgid(user, user, user); err != nil {
		return err
	}
	return unix.Setresuid(user, user, user)
}

// filter allows these system calls and no other.
func filter(allowed []string) error {
	info, err := arch.GetInfo("")
	if err != nil {
		return err
	}
	allowed = slices.DeleteFunc(allowed, func(name string) bool { // those of other machines
		_, known := info.SyscallNames[name]
		return !known
	})
	if len(allowed) == 0 {
		return fmt.Errorf("none of the system calls is one of %s", info.Name)
	}
	var sockets []seccomp.NameWithConditions
	if i := slices.Index(allowed, socketCall); i >= 0 {
		allowed = slices.Delete(allowed, i, i+1)
		for _, family := range [familiesAllowed]uint64{unix.AF_INET, unix.AF_INET6, unix.AF_UNIX} {
			sockets = append(sockets, seccomp.NameWithConditions{Name: socketCall, Conditions: seccomp.ArgumentConditions{{Argument: 0, Operation: seccomp.Equal, Value: family}}})
		}
	}
	return seccomp.LoadFilter(seccomp.Filter{
		NoNewPrivs: true,
		Flag:       seccomp.FilterFlagTSync,
		Policy: seccomp.Policy{
			DefaultAction: seccomp.ActionKillProcess,
			Syscalls:      []seccomp.SyscallGroup{{Names: allowed, NamesWithCondtions: sockets, Action: seccomp.ActionAllow}},
		},
	})
}
