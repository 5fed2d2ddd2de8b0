package config

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
)

// checkTraces reads from OpenTelemetry's standard variables whether traces are wanted. It
// notes what the library that reads the rest of them would panic at, or pass over in
// silence. It quotes no value that may hold a credential.
func (c *Config) checkTraces(found *mistakes) {
	exporter := os.Getenv("OTEL_TRACES_EXPORTER")
	if exporter == "" && (os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" || os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") != "") {
		exporter = "otlp"
	}
	if exporter == "" || exporter == "none" || strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") {
		return
	}
	if exporter != "otlp" {
		found.add(fmt.Errorf("OTEL_TRACES_EXPORTER: %q is not otlp or none", exporter))
	}
	c.Traces = true
	check := func(names []string, wrong func(value string) string) {
		for _, name := range names {
			if value := os.Getenv(name); value != "" {
				if what := wrong(value); what != "" {
					found.add(fmt.Errorf("%s: %s", name, what))
				}
			}
		}
	}
	between := func(least, most int) func(string) string {
		return func(value string) string {
			if n, err := strconv.Atoi(value); err == nil && least <= n && n <= most {
				return ""
			}
			return fmt.Sprintf("%q is not a whole number from %d to %d", value, least, most)
		}
	}
	oneOf := func(choices ...string) func(string) string {
		return func(value string) string {
			if slices.Contains(choices, value) {
				return ""
			}
			return fmt.Sprintf("%q is not one of %s", value, strings.Join(choices, ", "))
		}
	}
	check([]string{"OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE"}, between(1, 65536))
	check(append(otlp("TIMEOUT"), "OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_EXPORT_TIMEOUT"), between(1, 600_000)) // the library takes 0 for no wait, or no end
	check([]string{
		"OTEL_ATTRIBUTE_COUNT_LIMIT", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
		"OTEL_SPAN_EVENT_COUNT_LIMIT", "OTEL_SPAN_LINK_COUNT_LIMIT", "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT",
	}, between(-1, 65536))
	check(otlp("COMPRESSION"), oneOf("gzip", "none"))
	check(otlp("INSECURE"), oneOf("true", "false"))
	check(otlp("PROTOCOL"), func(value string) string {
		if value == "http/protobuf" {
			return ""
		}
		return fmt.Sprintf("%q is not spoken here; set http/protobuf, and the endpoint to the collector's port for it, 4318 as a rule", value)
	})
	check(otlp("ENDPOINT"), func(value string) string {
		if u, err := url.Parse(value); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" {
			return ""
		}
		return "this is no address such as http://localhost:4318"
	})
	check(otlp("HEADERS"), func(value string) string {
		for pair := range strings.SplitSeq(value, ",") {
			name, escaped, found := strings.Cut(pair, "=")
			if _, err := url.PathUnescape(escaped); !found || strings.TrimSpace(name) == "" || err != nil {
				return "this is no list such as name=value,another=value, with values as in URLs"
			}
		}
		return ""
	})
	check(slices.Concat(otlp("CERTIFICATE"), otlp("CLIENT_CERTIFICATE"), otlp("CLIENT_KEY")), func(value string) string {
		if _, err := os.ReadFile(value); err != nil {
			return "the file cannot be read"
		}
		return ""
	})
	check([]string{"OTEL_RESOURCE_ATTRIBUTES"}, func(value string) string {
		for pair := range strings.SplitSeq(value, ",") {
			if !strings.Contains(pair, "=") {
				return "this is no list such as name=value,another=value"
			}
		}
		return ""
	})
}

// otlp returns the names of a variable of the exporter: for all signals, and for traces.
func otlp(name string) []string {
	return []string{"OTEL_EXPORTER_OTLP_" + name, "OTEL_EXPORTER_OTLP_TRACES_" + name}
}
