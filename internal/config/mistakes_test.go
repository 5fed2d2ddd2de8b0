package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every mistake is listed at once, in words that help to mend it.
func TestMistakes(t *testing.T) {
	const needsValue = "needs a value; one that starts with a dash goes after an equals sign"
	tests := map[string]struct {
		args []string
		env  map[string]string
		want []string
	}{
		"many at once": {
			args: []string{
				"--bogus", "--max-depth=x", "--max-cost", "0", "--max-tokens=-1", "--max-aliases=1.5", "--max-fields=99999999999999999999",
				"--max-body=1x", "--portal-body=-1MiB", "--portal-timeout=5", "--dial-timeout=-1s", "--portal-retries=-1",
				"--upstream-report=all", "--writes=all", "--reference-cache=never", "--log-level=loud", "--log-format", "xml", "--explorer=maybe", "--sign-in=some", "--profiles=some", "--trusted-proxy=proxy", "--trusted-proxy=10.0.0.1/8,::1", "--max-connections-per-address=0", "--portal-url=http://10.0.0.1", "--request-calls=70", "serve",
			},
			env: map[string]string{"IDLE_TIMEOUT": "soon", "LISTEN_ADDR": "8080", "INSECURE_PORTAL": "2"},
			want: []string{
				`unknown flag --bogus`,
				`--max-depth (MAX_DEPTH): "x" is not a whole number from 1 to 1000000000`,
				`--insecure-portal (INSECURE_PORTAL): "2" is neither on nor off`,
				`--listen (LISTEN_ADDR): "8080" is not an address such as 127.0.0.1:8080 or :8080`,
				`--idle-timeout (IDLE_TIMEOUT): "soon" is not a duration such as 10s or 500ms`,
				`--max-cost (MAX_COST): "0" is not a whole number from 1 to 1000000000`,
				`--max-tokens (MAX_TOKENS): "-1" is not a whole number from 1 to 1000000000`,
				`--max-aliases (MAX_ALIASES): "1.5" is not a whole number from 1 to 1000000000`,
				`--max-fields (MAX_FIELDS): "99999999999999999999" is not a whole number from 1 to 1000000000`,
				`--max-body (MAX_BODY): "1x" is not a size such as 256KiB or 16MiB`,
				`--portal-body (PORTAL_BODY): "-1MiB" is not a size such as 256KiB or 16MiB`,
				`--portal-timeout (PORTAL_TIMEOUT): "5" is not a duration such as 10s or 500ms`,
				`--dial-timeout (DIAL_TIMEOUT): "-1s" is not a duration such as 10s or 500ms`,
				`--portal-retries (PORTAL_RETRIES): "-1" is not a whole number from 0 to 1000000000`,
				`--upstream-report (UPSTREAM_REPORT): "all" is not one of off, signed-in, on`,
				`--writes (WRITES): "all" is not one of off, own, on`,
				`--reference-cache (REFERENCE_CACHE): "never" is neither off nor a duration such as 30s`,
				`--log-level (LOG_LEVEL): "loud" is not one of debug, info, warn, error`,
				`--log-format (LOG_FORMAT): "xml" is neither text nor json`,
				`--explorer (EXPLORER): "maybe" is neither on nor off`,
				`--sign-in (SIGN_IN): "some" is neither on nor off`,
				`--profiles (PROFILES): "some" is neither on nor off`,
				`--trusted-proxy (TRUSTED_PROXIES): "proxy" is neither an address nor a network such as 10.0.0.0/8`,
				`--trusted-proxy (TRUSTED_PROXIES): "10.0.0.1/8" is neither an address nor a network such as 10.0.0.0/8`,
				`--max-connections-per-address (MAX_CONNECTIONS_PER_ADDRESS): "0" is not a whole number from 1 to 1000000000`,
				`"serve", after --request-calls, belongs to no flag; put quotes around a value that has spaces`,
				`--portal-url (ONLYOFFICE_URL): 10.0.0.1 has no https, so credentials would travel in the clear; use https, or --insecure-portal in a network you trust`,
			},
		},
		"in variables of the program and of traces": {
			env: map[string]string{"LISTEN_ADDR": "8080", "LOG_FORMAT": "xml", "OTEL_TRACES_EXPORTER": "zipkin", "OTEL_BSP_MAX_QUEUE_SIZE": "-5", "OTEL_RESOURCE_ATTRIBUTES": "a"},
			want: []string{
				`--listen (LISTEN_ADDR): "8080" is not an address such as 127.0.0.1:8080 or :8080`,
				`--log-format (LOG_FORMAT): "xml" is neither text nor json`,
				`OTEL_TRACES_EXPORTER: "zipkin" is not otlp or none`,
				`OTEL_BSP_MAX_QUEUE_SIZE: "-5" is not a whole number from 1 to 65536`,
				`OTEL_RESOURCE_ATTRIBUTES: this is no list such as name=value,another=value`,
			},
		},
		"a word alone":          {args: []string{"serve"}, want: []string{`"serve" belongs to no flag`}},
		"a switch's value":      {args: []string{"--explorer", "off"}, want: []string{`"off" belongs to no flag; write --explorer=off`}},
		"one dash":              {args: []string{"-listen", ":80"}, want: []string{`unknown flag -listen; flags start with two dashes`}},
		"misspelt":              {args: []string{"--portal-ur=https://a"}, want: []string{`unknown flag --portal-ur, did you mean "--portal-url"?`}},
		"no value, last":        {args: []string{"--listen"}, want: []string{"--listen (LISTEN_ADDR): " + needsValue}},
		"no value, then a flag": {args: []string{"--listen", "--max-depth", "--max-cost=1"}, want: []string{"--listen (LISTEN_ADDR): " + needsValue, "--max-depth (MAX_DEPTH): " + needsValue}},
		"negative number":       {args: []string{"--portal-retries", "-1"}, want: []string{"--portal-retries (PORTAL_RETRIES): " + needsValue}},
		"help comes after mistakes": {
			args: []string{"--bogus", "--help"}, want: []string{"unknown flag --bogus"},
		},

		"listener without a port":   {args: []string{"--listen=localhost"}, want: []string{`--listen (LISTEN_ADDR): "localhost" is not an address such as 127.0.0.1:8080 or :8080`}},
		"listener's port too large": {args: []string{"--listen=:65536"}, want: []string{`--listen (LISTEN_ADDR): ":65536" is not an address such as 127.0.0.1:8080 or :8080`}},
		"listener's port by name":   {args: []string{"--admin-listen=:http"}, want: []string{`--admin-listen (ADMIN_ADDR): ":http" is not an address such as 127.0.0.1:8080 or :8080`}},
		"listener is off":           {args: []string{"--listen=off", "--admin-listen=off"}, want: []string{"--listen (LISTEN_ADDR): cannot be off"}},
		"demo is off":               {args: []string{"--demo-listen=off"}, want: []string{"--demo-listen (DEMO_ADDR): cannot be off; with --portal-url (ONLYOFFICE_URL) there is no demo portal"}},
		"demo has GraphQL's":        {args: []string{"--demo-listen=:8080"}, want: []string{"--demo-listen (DEMO_ADDR): :8080 is the address of another listener; give it another port"}},
		"demo has the metrics'":     {args: []string{"--demo-listen=127.0.0.1:8081"}, want: []string{"--demo-listen (DEMO_ADDR): 127.0.0.1:8081 is the address of another listener; give it another port"}},
		"one address for two":       {args: []string{"--listen=127.0.0.1:80", "--admin-listen=127.0.0.1:80"}, want: []string{"--admin-listen (ADMIN_ADDR): 127.0.0.1:80 is the address of --listen; give it another port, or off"}},
		"one address within other":  {args: []string{"--listen=0.0.0.0:8081"}, want: []string{"--admin-listen (ADMIN_ADDR): 127.0.0.1:8081 is the address of --listen; give it another port, or off"}},
		"an answer larger than all": {args: []string{"--max-answer=8MiB", "--answers-memory=16MiB"}, want: []string{"--answers-memory (ANSWERS_MEMORY): 16MiB are less than the 24MiB that one answer of --max-answer (MAX_ANSWER) may take in memory"}},
		"more for one than for all": {args: []string{"--request-calls=3", "--portal-calls=2"}, want: []string{"--request-calls (REQUEST_CALLS): 3 for one request are more than the 2 of --portal-calls (PORTAL_CALLS) for all"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for variable, value := range test.env {
				t.Setenv(variable, value)
			}
			if diff := cmp.Diff(test.want, mistakesOf(t, test.args...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// mistakesOf returns what is wrong with the settings, which something is.
func mistakesOf(t *testing.T, args ...string) []string {
	t.Helper()
	var stdout bytes.Buffer
	_, err := Parse(args, &stdout)
	if err == nil || errors.Is(err, ErrHelp) || stdout.String() != "" {
		t.Fatalf("%v, %q", err, stdout.String())
	}
	return strings.Split(err.Error(), "\n")
}

// Traces are made when a standard variable asks for them and none forbids it. Where they
// are not, the other variables are not looked at.
func TestTraces(t *testing.T) {
	const endpoint, exporter, disabled = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_TRACES_EXPORTER", "OTEL_SDK_DISABLED"
	tests := map[string]struct {
		env  map[string]string
		want bool
	}{
		"by default":                       {nil, false},
		"with a collector":                 {map[string]string{endpoint: "http://127.0.0.1:1"}, true},
		"with a collector of traces":       {map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:1"}, true},
		"with an exporter":                 {map[string]string{exporter: "otlp"}, true},
		"with an exporter, disabled":       {map[string]string{exporter: "otlp", disabled: "True", "OTEL_BSP_MAX_QUEUE_SIZE": "x"}, false},
		"with a collector and no exporter": {map[string]string{endpoint: "localhost", exporter: "none"}, false},
		"with variables alone":             {map[string]string{"OTEL_BSP_MAX_QUEUE_SIZE": "x"}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for variable, value := range test.env {
				t.Setenv(variable, value)
			}
			settings, err := Parse(nil, io.Discard)
			if err != nil || settings.Traces != test.want {
				t.Errorf("%v, %v", settings.Traces, err)
			}
		})
	}
}

// TestOrdersTraceNothing as what only prints, or asks a program that runs, is not stopped by
// variables that are meant for others, or by a file that is gone since that began.
func TestOrdersTraceNothing(t *testing.T) {
	t.Setenv("OTEL_TRACES_EXPORTER", "otlp")
	t.Setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nothing/there")
	for order, isStopped := range map[string]bool{"--version": false, "--print-schema": false, "healthcheck": false, "--no-explorer": true} {
		if _, err := Parse([]string{order}, io.Discard); (err != nil) != isStopped {
			t.Errorf("%s: %v", order, err)
		}
	}
}

// TestTraceMistakes names each variable of traces that is wrong, and quotes no secret.
func TestTraceMistakes(t *testing.T) {
	for name, wrong := range map[string][]string{
		"OTEL_TRACES_EXPORTER":               {"OTEL_TRACES_EXPORTER=zipkin"},
		"OTEL_EXPORTER_OTLP_PROTOCOL":        {"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc"},
		"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": {"OTEL_TRACES_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/json"},
		"OTEL_RESOURCE_ATTRIBUTES":           {"OTEL_TRACES_EXPORTER=otlp", "OTEL_RESOURCE_ATTRIBUTES=a"},
		"OTEL_BSP_MAX_QUEUE_SIZE":            {"OTEL_TRACES_EXPORTER=otlp", "OTEL_BSP_MAX_QUEUE_SIZE=-5"},
		"OTEL_BSP_MAX_EXPORT_BATCH_SIZE":     {"OTEL_TRACES_EXPORTER=otlp", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE=99999999999999"},
		"OTEL_BSP_SCHEDULE_DELAY":            {"OTEL_TRACES_EXPORTER=otlp", "OTEL_BSP_SCHEDULE_DELAY=0"},
		"OTEL_EXPORTER_OTLP_TIMEOUT":         {"OTEL_TRACES_EXPORTER=zipkin", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_TIMEOUT=5s"},
		"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT":    {"OTEL_TRACES_EXPORTER=otlp", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=x"},
		"OTEL_EXPORTER_OTLP_ENDPOINT":        {"OTEL_EXPORTER_OTLP_ENDPOINT=localhost:4318"},
		"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://a b:1"},
		"OTEL_EXPORTER_OTLP_INSECURE":        {"OTEL_TRACES_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_INSECURE=x"},
		"OTEL_EXPORTER_OTLP_COMPRESSION":     {"OTEL_TRACES_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_COMPRESSION=GZIP"},
		"OTEL_EXPORTER_OTLP_CERTIFICATE":     {"OTEL_TRACES_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_CERTIFICATE=/nonexistent/a.pem"},
		"OTEL_EXPORTER_OTLP_HEADERS":         {"OTEL_TRACES_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_HEADERS=secret-of-the-collector"},
		"OTEL_EXPORTER_OTLP_TRACES_HEADERS":  {"OTEL_TRACES_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_TRACES_HEADERS=a=secret-of-the-collector%zz"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range wrong {
				name, value, _ := strings.Cut(variable, "=")
				t.Setenv(name, value)
			}
			said := mistakesOf(t)
			if !slices.ContainsFunc(said, func(line string) bool { return strings.HasPrefix(line, name+":") || strings.HasPrefix(line, name+" ") }) || strings.Contains(fmt.Sprint(said), "secret") {
				t.Errorf("%v: %v", wrong, said)
			}
		})
	}
}
