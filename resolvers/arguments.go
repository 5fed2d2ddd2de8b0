package resolvers

import (
	"fmt"
	"strconv"

	"onlyoffice-graphql/internal/codes"
	"onlyoffice-graphql/upstream"
)

// inputError is an argument that cannot be used; its text is for the caller and
// starts with the argument's name.
type inputError struct {
	code, message string
	outcome       upstream.Outcome // of a write; "" for reads
	cause         error            // for the log; nil where the caller is to mend it
}

func (e *inputError) Error() string { return e.message }

// Unwrap returns the cause.
func (e *inputError) Unwrap() error { return e.cause }

func badInput(format string, args ...any) error {
	return &inputError{code: codes.BadUserInput, message: fmt.Sprintf(format, args...)}
}

// parseID reads a portal number, which is a positive 32-bit integer. There is one
// way to write it, so that caches of clients know an object by one id.
func parseID(argument, text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil || n == 0 || text[0] == '0' {
		return 0, badInput("%s: %.40q is not an id of the portal; ids are whole numbers from 1 to 2147483647.", argument, text)
	}
	return int(n), nil
}

// parseIDs reads a list of portal numbers, all of them or none.
func parseIDs(argument string, texts []string) ([]int, error) {
	ids := make([]int, len(texts))
	for i, text := range texts {
		id, err := parseID(fmt.Sprintf("%s[%d]", argument, i), text)
		if err != nil {
			return nil, err
		}
		ids[i] = id
	}
	return ids, nil
}
