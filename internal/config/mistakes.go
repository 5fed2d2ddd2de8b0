package config

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// mistakes are the settings that cannot be used, in the order they were found.
type mistakes struct{ list []error }

func (m *mistakes) add(err error) {
	for _, known := range m.list {
		if known.Error() == err.Error() {
			return
		}
	}
	m.list = append(m.list, err)
}

func (m *mistakes) join() error { return errors.Join(m.list...) }

// noValueError is a flag without the value that it needs.
type noValueError struct{ flag string }

func (e *noValueError) Error() string {
	return e.flag + ": needs a value; one that starts with a dash goes after an equals sign"
}

// ofArguments notes what is wrong with the command line, and returns the rest
// of it. It quotes nothing that may belong to a secret.
func (m *mistakes) ofArguments(args []string) (sound []string) {
	lacksValue := false
	for _, group := range argumentGroups(args) {
		var scratch Config
		var none *noValueError
		err := parseInto(&scratch, m, group, io.Discard)
		before := lacksValue
		lacksValue = errors.As(err, &none)
		switch {
		case err == nil:
			sound = append(sound, group...)
		case errors.Is(err, ErrHelp):
		case lacksValue:
			m.add(none)
		case strings.HasPrefix(err.Error(), "unexpected argument"):
			m.add(strayArgument(group))
		case before: // this is the value that was missed, and may be a secret
		case strings.HasPrefix(group[0], "--portal-token"): // what follows may be one, too
			m.add(errors.New("unknown flag --portal-token…; the value of --portal-token (ONLYOFFICE_TOKEN) goes after an equals sign"))
		case !strings.HasPrefix(group[0], "--"):
			name, _, _ := strings.Cut(group[0], "=")
			m.add(fmt.Errorf("unknown flag %s; flags start with two dashes", name))
		default:
			m.add(err)
		}
	}
	return sound
}

// argumentGroups cuts args before each flag, so that a flag stays with its value.
func argumentGroups(args []string) [][]string {
	var groups [][]string
	for _, arg := range args {
		if strings.HasPrefix(arg, "-") || len(groups) == 0 {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], arg)
	}
	return groups
}

// strayArgument is the mistake of a group with an argument too many.
func strayArgument(group []string) error {
	flag, last := group[0], group[len(group)-1]
	_, err := parseSwitch(last)
	switch {
	case strings.HasPrefix(flag, "--portal-token-file"):
		return errors.New("--portal-token-file (ONLYOFFICE_TOKEN_FILE): put quotes around a value that has spaces")
	case strings.HasPrefix(flag, "--portal-token"):
		return errors.New("--portal-token (ONLYOFFICE_TOKEN): put quotes around a value that has spaces")
	case !strings.HasPrefix(flag, "-"):
		return fmt.Errorf("%q belongs to no flag", flag)
	case len(group) == 2 && err == nil:
		return fmt.Errorf("%q belongs to no flag; write %s=%s", last, flag, last)
	default:
		flag, _, _ = strings.Cut(flag, "=")
		return fmt.Errorf("%q, after %s, belongs to no flag; put quotes around a value that has spaces", last, flag)
	}
}

// label names a setting as people set it.
func label(value *kong.Value) string {
	if len(value.Tag.Envs) == 0 {
		return "--" + value.Name
	}
	return "--" + value.Name + " (" + strings.Join(value.Tag.Envs, ", ") + ")"
}
