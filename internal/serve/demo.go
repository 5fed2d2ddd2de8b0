package serve

import (
	"fmt"
	"log/slog"
	"slices"
)

// DemoAddress is where the demo portal listens when nothing else is set, so
// that commands which steer it work as they are written.
const DemoAddress = "127.0.0.1:8082"

// ListenDemo returns the address that the demo portal got from listen. An
// address that was set is taken or fails. The usual one may be another program's,
// or one of the others that this program listens on, which must not keep it from
// starting: then a free port is taken.
func ListenDemo(set string, others []string, logger *slog.Logger, listen func(address string) (string, error)) (string, error) {
	if set != "" {
		got, err := listen(set)
		if err != nil {
			return "", fmt.Errorf("--demo-listen (DEMO_ADDR): %w", err)
		}
		return got, nil
	}
	if !slices.ContainsFunc(others, func(other string) bool { return SameAddress(DemoAddress, other) }) {
		got, err := listen(DemoAddress)
		if err == nil {
			return got, nil
		}
		logger.Warn("the demo portal takes a free port, as its usual one is not to be had", "error", err)
	}
	got, err := listen("127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("the demo portal cannot listen: %w", err)
	}
	return got, nil
}
