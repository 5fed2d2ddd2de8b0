package config

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Mistakes in the token's file have sentences that hold neither its name nor
// what is in it.
func TestTokenFileMistakes(t *testing.T) {
	const token = "s3cr3t-T0k3n"
	folder := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	tests := map[string]struct {
		args []string
		want string
	}{
		"not there":     {[]string{"--portal-token-file=" + token}, "the file cannot be read: no such file or directory"},
		"a folder":      {[]string{"--portal-token-file=" + folder}, "the file cannot be read: it is a folder, a pipe or a device"},
		"a device":      {[]string{"--portal-token-file=/dev/zero"}, "the file cannot be read: it is a folder, a pipe or a device"},
		"empty":         {[]string{"--portal-token-file=" + file("empty", " \n")}, "the file is empty"},
		"two lines":     {[]string{"--portal-token-file=" + file("lines", token+"\n"+token)}, "this holds a line break or another character that no header can carry"},
		"too large":     {[]string{"--portal-token-file=" + file("large", strings.Repeat(token, secretFileLimit))}, "the file cannot be read: it is larger than any token"},
		"a token, too":  {[]string{"--portal-token-file=" + file("good", token), "--portal-token=" + token}, "--portal-token (ONLYOFFICE_TOKEN) is set, too; leave one of them out"},
		"without quote": {[]string{"--portal-token-file", "a", token}, "put quotes around a value that has spaces"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := strings.Join(mistakesOf(t, test.args...), "\n")
			if !strings.Contains(found, "--portal-token-file (ONLYOFFICE_TOKEN_FILE): "+test.want) || strings.Contains(found, token) {
				t.Errorf("%s, want %q", found, test.want)
			}
		})
	}
}

// The order healthcheck comes before the flags, which it reads like the program does.
func TestHealthcheckOrder(t *testing.T) {
	t.Setenv("LISTEN_ADDR", ":9000")
	for _, test := range []struct {
		args []string
		want bool
	}{
		{nil, false},
		{[]string{"healthcheck"}, true},
		{[]string{"healthcheck", "--admin-listen=off"}, true},
	} {
		if got, err := Parse(test.args, io.Discard); err != nil || got.Healthcheck != test.want || got.Listen != ":9000" {
			t.Errorf("%q: %v %v, %v", test.args, got.Healthcheck, got.Listen, err)
		}
	}
	for _, args := range [][]string{{"--explorer", "healthcheck"}, {"healthcheck", "healthcheck"}} {
		if found := mistakesOf(t, args...); len(found) != 1 || !strings.HasPrefix(found[0], `"healthcheck"`) || !strings.Contains(found[0], "belongs to no flag") {
			t.Errorf("%q: %q", args, found)
		}
	}
}
