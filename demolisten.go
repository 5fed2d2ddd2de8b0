package main

import (
	"fmt"
	"log/slog"

	"onlyoffice-graphql/internal/config"
)

// demoAddress is where the demo portal listens when nothing else is set, so
// that commands which steer it work as they are written.
const demoAddress config.Address = "127.0.0.1:8082"

// listenDemo returns the address that the demo portal got from listen. An
// address that was set is taken or fails. The usual one may be another program's,
// which must not keep this one from starting: then a free port is taken.
func listenDemo(settings config.Config, logger *slog.Logger, listen func(address string) (string, error)) (string, error) {
	if settings.DemoListen != "" {
		got, err := listen(string(settings.DemoListen))
		if err != nil {
			return "", fmt.Errorf("--demo-listen (DEMO_ADDR): %w", err)
		}
		return got, nil
	}
	if !config.SameAddress(demoAddress, settings.Listen) && !config.SameAddress(demoAddress, settings.AdminListen) {
		got, err := listen(string(demoAddress))
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
