package config

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// Choice is a switch whose state is the program's to choose where it is not set: the zero
// value.
type Choice int

// A choice that was made.
const (
	ChosenOn  Choice = 1
	ChosenOff Choice = -1
)

// Or returns the choice, or what goes where none was made.
func (c Choice) Or(otherwise bool) bool {
	if c == 0 {
		return otherwise
	}
	return c == ChosenOn
}

// switchMapper lets a flag stand without a value.
type switchMapper struct{ kong.MapperFunc }

// IsBool tells kong so.
func (switchMapper) IsBool() bool { return true }

// Decode reads the value, or takes the bare flag for "on".
func (s switchMapper) Decode(ctx *kong.DecodeContext, target reflect.Value) error {
	if ctx.Scan.Peek().Type != kong.FlagValueToken {
		if target.Kind() == reflect.Bool {
			target.SetBool(true)
		} else {
			target.SetInt(int64(ChosenOn))
		}
		return nil
	}
	if v, ok := ctx.Scan.Peek().Value.(bool); ok { // --no-...
		ctx.Scan.Pop()
		target.SetBool(v)
		return nil
	}
	return s.MapperFunc(ctx, target)
}

func parseSwitch(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "on", "true", "yes", "1":
		return true, nil
	case "off", "false", "no", "0":
		return false, nil
	default:
		return false, fmt.Errorf("%q is neither on nor off", text)
	}
}

func parseChoice(text string) (Choice, error) {
	switch on, err := parseSwitch(text); {
	case err != nil:
		return 0, err
	case on:
		return ChosenOn, nil
	default:
		return ChosenOff, nil
	}
}
