// Command lean takes out of gqlgen's generated code what costs much and does
// nothing here: go run .ci/lean.go graph/generated.go. It stops where that code
// no longer looks as it expects.
//
// A field of plain data is marshalled without a field context and five
// closures; they stay for the case that it has an error. The items of a list
// are marshalled in goroutines of their own only when something below them may
// wait for the portal. An object is written without a map of its fields.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"regexp"
	"strings"
)

const generated = "graph/generated.go"

func main() {
	code, err := os.ReadFile(generated)
	if err == nil {
		code, err = lean(code)
	}
	if err == nil {
		err = os.WriteFile(generated, code, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "lean:", err)
		os.Exit(1)
	}
}

var (
	// A field function and its field context, which says by its kind that the
	// field is a leaf, and by its second false that it has no resolver.
	plainField = regexp.MustCompile(`(?s)\n(func \(ec \*executionContext\) _\w+\(ctx context\.Context, field graphql\.CollectedField, obj [^\n]*\{\n)` +
		`(\treturn graphql\.ResolveField\(\n\t\tctx,\n\t\tec\.OperationContext,\n\t\tfield,\n[^\n]*\n[^\n]*\n\t\t\},\n` +
		`\t\tfunc\(ctx context\.Context\) \(any, error\) \{\n\t\t\treturn (obj\.[^\n]*)\n\t\t\},\n\t\tnil,\n` +
		`[^\n]*\n\t\t\treturn (ec\.marshal([NO])[^\n]*2(ᚖ?)[^\n]*)\(ctx, selections, v\)\n` +
		`[^}]*\}[^}]*\}\nfunc [^\n]*\n\treturn graphql\.NewScalarFieldContext\("\w+", field, (?:true|false), false, )`)
	withoutError = regexp.MustCompile(`^(.*), nil$`)
	sliceCall    = regexp.MustCompile(`graphql\.MarshalSliceConcurrently\(ctx, len\(v\), 0, false, `)
	objectEnd    = regexp.MustCompile(`(?s)(\n\tfields := graphql\.CollectFields\(.*?)\n\treturn out\n\}`)
)

func lean(code []byte) ([]byte, error) {
	if bytes.Contains(code, []byte("marshalSlice(")) {
		return code, nil
	}
	counts := map[string]int{}
	code = plainField.ReplaceAllFunc(code, func(match []byte) []byte {
		counts["plain field"]++
		return leanField(plainField.FindSubmatch(match))
	})
	code = sliceCall.ReplaceAllFunc(code, func([]byte) []byte {
		counts["list"]++
		return []byte("marshalSlice(ctx, sel, len(v), ")
	})
	code = objectEnd.ReplaceAllFunc(code, func(match []byte) []byte {
		counts["object"]++
		return objectEnd.ReplaceAll(match, []byte("$1\n\treturn &objectOf{fields, out.Values}\n}"))
	})
	for what, least := range map[string]int{"plain field": 100, "list": 20, "object": 20} {
		if counts[what] < least {
			return nil, fmt.Errorf("found %d of the kind %q, not %d or more: gqlgen's code has changed", counts[what], what, least)
		}
	}
	return format.Source(code)
}

// leanField returns the field function that answers at once, and goes gqlgen's
// way only where there is an error to report.
func leanField(parts [][]byte) []byte {
	head, body, value, marshal := parts[1], parts[2], parts[3], parts[4]
	names, conditions := "v", []string(nil)
	if plain := withoutError.FindSubmatch(value); plain != nil {
		value = plain[1]
	} else {
		names, conditions = "v, err", append(conditions, "err == nil")
	}
	if nonNull, pointer := string(parts[5]) == "N", len(parts[6]) > 0; nonNull && pointer {
		conditions = append(conditions, "v != nil")
	}
	if len(conditions) == 0 {
		context := body[bytes.LastIndex(body, []byte("\nfunc ")):]
		return fmt.Appendf(nil, "\n%s\treturn %s(ctx, field.Selections, %s)\n}%s", head, marshal, value, context)
	}
	return fmt.Appendf(nil, "\n%s\tif %s := %s; %s {\n\t\treturn %s(ctx, field.Selections, v)\n\t}\n%s",
		head, names, value, strings.Join(conditions, " && "), marshal, body)
}
