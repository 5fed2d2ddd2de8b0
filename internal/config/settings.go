package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/alecthomas/kong"
	"github.com/alecthomas/units"

	"onlyoffice-graphql/internal/serve"
	"onlyoffice-graphql/resolvers"
)

// mappers teach kong to note a value that cannot be read and go on, where its
// own mappers would stop at the first. An empty text is an unset one.
func (m *mistakes) mappers() []kong.Option {
	return []kong.Option{
		kong.KindMapper(reflect.Int, setting(m, parseCount)),
		kong.KindMapper(reflect.Bool, switchMapper{setting(m, parseSwitch)}),
		kong.TypeMapper(reflect.TypeFor[Choice](), switchMapper{setting(m, parseChoice)}),
		kong.TypeMapper(reflect.TypeFor[time.Duration](), setting(m, parseDuration)),
		kong.TypeMapper(reflect.TypeFor[units.Base2Bytes](), setting(m, parseSize)),
		kong.TypeMapper(reflect.TypeFor[slog.Level](), setting(m, parseLevel)),
		kong.TypeMapper(reflect.TypeFor[PortalURL](), setting(m, parsePortalURL)),
		kong.TypeMapper(reflect.TypeFor[secret](), setting(m, parseSecret)),
		kong.TypeMapper(reflect.TypeFor[secretFile](), setting(m, readSecret)),
		kong.TypeMapper(reflect.TypeFor[Address](), setting(m, parseAddress)),
		kong.TypeMapper(reflect.TypeFor[origins](), setting(m, parseOrigins)),
		kong.TypeMapper(reflect.TypeFor[[]netip.Prefix](), setting(m, parseNetworks)),
		kong.TypeMapper(reflect.TypeFor[reportMode](), setting(m, parseReportMode)),
		kong.TypeMapper(reflect.TypeFor[writeMode](), setting(m, parseWriteMode)),
		kong.TypeMapper(reflect.TypeFor[lifetime](), setting(m, parseLifetime)),
		kong.TypeMapper(reflect.TypeFor[logFormat](), setting(m, parseLogFormat)),
		kong.TypeMapper(reflect.TypeFor[countOrNone](), setting(m, parseCountOrNone)),
	}
}

// setting is the mapper of settings that parse reads.
func setting[T any](found *mistakes, parse func(text string) (T, error)) kong.MapperFunc {
	return func(ctx *kong.DecodeContext, target reflect.Value) error {
		if !ctx.Scan.Peek().IsValue() {
			return &noValueError{label(ctx.Value)}
		}
		var text string
		if err := ctx.Scan.PopValueInto("value", &text); err != nil {
			return err
		}
		if text == "" {
			text = ctx.Value.Default
		}
		if text == "" {
			return nil
		}
		v, err := parse(text)
		if err != nil {
			found.add(fmt.Errorf("%s: %w", label(ctx.Value), err))
			return nil
		}
		value := reflect.ValueOf(v)
		if value.Kind() == reflect.Slice { // of a flag that may be there more than once
			value = reflect.AppendSlice(target, value)
		}
		target.Set(value.Convert(target.Type()))
		return nil
	}
}

func parseCount(text string) (int, error) { return wholeNumber(text, 1) }

func parseCountOrNone(text string) (countOrNone, error) {
	n, err := wholeNumber(text, 0)
	return countOrNone(n), err
}

// largestCount bounds counts, so that arithmetic on them fits an int.
const largestCount = 1_000_000_000

func wholeNumber(text string, least int) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > largestCount {
		return 0, fmt.Errorf("%q is not a whole number from %d to %d", text, least, largestCount)
	}
	return n, nil
}

func parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%q is not a duration such as 10s or 500ms", text)
	}
	return d, nil
}

func parseSize(text string) (units.Base2Bytes, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 {
		return units.Base2Bytes(n), nil
	}
	size, err := units.ParseBase2Bytes(text)
	if err != nil || size <= 0 {
		return 0, fmt.Errorf("%q is not a size such as 256KiB or 16MiB", text)
	}
	return size, nil
}

func parseLevel(text string) (slog.Level, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(text)); err != nil {
		return 0, fmt.Errorf("%q is not one of debug, info, warn, error", text)
	}
	return level, nil
}

func parseLogFormat(text string) (logFormat, error) {
	if text != "text" && text != "json" {
		return "", fmt.Errorf("%q is neither text nor json", text)
	}
	return logFormat(text), nil
}

func parseLifetime(text string) (lifetime, error) {
	if strings.EqualFold(text, string(Off)) {
		return 0, nil
	}
	d, err := parseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%q is neither off nor a duration such as 30s", text)
	}
	return lifetime(d), nil
}

func parseReportMode(text string) (reportMode, error) {
	return oneOf(text, "off, signed-in, on", map[string]reportMode{"off": reportMode(resolvers.ReportOff), "signed-in": reportMode(resolvers.ReportSignedIn), "on": reportMode(resolvers.ReportOn)})
}

// oneOf returns the value of a name, of which all are listed for the error.
func oneOf[T any](text, names string, values map[string]T) (T, error) {
	value, ok := values[text]
	if !ok {
		return value, fmt.Errorf("%q is not one of %s", text, names)
	}
	return value, nil
}

func parseWriteMode(text string) (writeMode, error) {
	return oneOf(text, "off, own, on", map[string]writeMode{"off": writeMode(resolvers.WritesOff), "own": writeMode(resolvers.WritesOwn), "on": writeMode(resolvers.WritesOn)})
}

// parsePortalURL does not quote what it refuses: it may hold a password.
func parsePortalURL(text string) (PortalURL, error) {
	u, err := url.Parse(text)
	switch {
	case isSeveral(text), err == nil && strings.ContainsAny(u.Host, ",;|"):
		return PortalURL{}, errors.New("this holds more than one address; give that of one portal, such as https://portal.example.com, and start the program once for each portal")
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		return PortalURL{}, errors.New("this is not an address such as https://portal.example.com")
	case !isPort(u.Port()):
		return PortalURL{}, errors.New("its port is not a number from 1 to 65535")
	case u.User != nil:
		return PortalURL{}, errors.New("leave out the user and password; put a token into --portal-token (ONLYOFFICE_TOKEN)")
	case strings.ContainsAny(text, "?#"):
		return PortalURL{}, errors.New("leave out what follows ? or #")
	}
	for part := range strings.SplitSeq(strings.ToLower(u.Path), "/") {
		switch name := path.Ext(part); {
		case part == "api":
			return PortalURL{}, errors.New("leave out /api/...; the address of the portal itself is enough")
		case part == "products", part == "addons":
			return PortalURL{}, fmt.Errorf("leave out /%s/...; the address of the portal itself is enough", part)
		case name == ".aspx", name == ".html", name == ".htm", name == ".php":
			return PortalURL{}, fmt.Errorf("leave out the name of the page, which ends in %s; the address of the portal itself is enough", name)
		}
	}
	return PortalURL{u}, nil
}

// isPort reports whether a port can be connected to; "" is that of the scheme.
func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return text == "" || err == nil && n > 0
}

// isSeveral reports whether text is a list of addresses, or of hosts.
func isSeveral(text string) bool {
	parts := strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(",;|", c) || unicode.IsSpace(c) })
	return len(parts) > 1 && slices.ContainsFunc(parts[1:], func(part string) bool { return strings.Index(part, ".") > 0 || strings.Contains(part, "://") })
}

// parseSecret does not quote what it refuses.
func parseSecret(text string) (secret, error) {
	text = strings.TrimSpace(text) // the line break at the end of a file
	if strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == '\x7f' }) {
		return "", errors.New("this holds a line break or another character that no header can carry")
	}
	return secret(text), nil
}

func parseAddress(text string) (Address, error) {
	if strings.EqualFold(text, string(Off)) {
		return Off, nil
	}
	_, port, err := net.SplitHostPort(text)
	if n, notNumber := strconv.Atoi(port); err != nil || notNumber != nil || n < 0 || n > 65535 {
		return "", fmt.Errorf("%q is not an address such as 127.0.0.1:8080 or :8080", text)
	}
	return Address(text), nil
}

func parseOrigins(text string) (origins, error) {
	var found origins
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if !serve.IsOrigin(part) {
			return nil, fmt.Errorf("%q is not an origin as browsers send it, such as https://app.example.com", part)
		}
		found = append(found, part)
	}
	return found, nil
}

func parseNetworks(text string) ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if address, err := netip.ParseAddr(part); err == nil && address.Zone() == "" {
			part = netip.PrefixFrom(address, address.BitLen()).String()
		}
		found, err := netip.ParsePrefix(part)
		if err != nil || found != found.Masked() || found.Addr().Is4In6() {
			return nil, fmt.Errorf("%q is neither an address nor a network such as 10.0.0.0/8", part)
		}
		networks = append(networks, found)
	}
	return networks, nil
}
