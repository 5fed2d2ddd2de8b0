package config

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

const secretText = "fuzzed-secret-0123456789-0123456789-0123456789"

// FuzzConfig gives the program any command line, one argument a line. SECRET in
// the value of --portal-token is a secret: it is never printed again.
func FuzzConfig(f *testing.F) {
	for _, seed := range []string{
		"", "--help", "--listen=:0", "--listen\n127.0.0.1:1\n--admin-listen=off",
		"--portal-token=SECRET", "--portal-token\nSECRET", "--portal-token", "--portal-token=SECRET\nSECRET", "--portal-token\n-SECRET", "--portal-token=\nSECRET",
		"--portal-token=a\x00SECRET", "--portal-token=a\tSECRET\n--bogus", "--portal-tokenSECRET", "--portal-token=SECRET\n--portal-token\n--explorer\nSECRET",
		"--portal-url=https://anna:SECRET@portal.example.com", "--portal-url\nhttp://portal.example.com?key=SECRET", "--portal-url=://SECRET",
		"--no-explorer\n--explorer=maybe\n--max-body=12XB\n--max-cost=-1\n--portal-retries=0\n--operation-timeout=5", "--cors-origin=*\n--cors-origin=https://a.example,https://b.example",
		"stray\n--\n-x=1\n---", "--upstream-report=on\n--log-format=xml\n--log-level=loud", "--print-schema=yes\n--request-calls=99",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, lines string) {
		args := strings.Split(strings.ReplaceAll(lines, "SECRET", secretText), "\n")
		var stdout strings.Builder
		config, err := Parse(args, &stdout)
		switch {
		case errors.Is(err, ErrHelp):
		case err != nil:
			if strings.TrimSpace(err.Error()) == "" {
				t.Errorf("a mistake without words: %q", err)
			}
		case config.Listen == "" || config.Limits.Body <= 0 || config.Limits.OperationTimeout <= 0 || config.Portal.PortalCalls < 1:
			t.Errorf("a configuration that cannot serve: %+v", config)
		}
		// Only what is given to the token's flag is known to be a secret.
		given := args[0]
		if len(args) > 1 && !strings.Contains(given, "=") && !strings.HasPrefix(args[1], "--") {
			given += args[1]
		}
		if !strings.HasPrefix(given, "--portal-token") || strings.Count(lines, "SECRET") != strings.Count(given, secretText) {
			return
		}
		if text := fmt.Sprintf("%s %v %+v %#v", stdout.String(), err, config, config); strings.Contains(text, secretText) {
			t.Errorf("%q prints the secret: %s", args, text)
		}
	})
}
