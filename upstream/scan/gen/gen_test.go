package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMembersAreCurrent fails where go generate ./... was forgotten.
func TestMembersAreCurrent(t *testing.T) {
	t.Parallel()
	const upstream = "../.."
	want, err := generate(upstream)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(upstream, output))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the json tags of the package say: go generate ./...", output)
	}
}

// generated returns what is generated for a package of one file, or the mistakes in it.
func generated(t *testing.T, text string) (code, mistakes string) {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "things.go"), []byte("package things\n"+text), 0o644); err != nil {
		t.Fatal(err)
	}
	generated, err := generate(folder)
	if err != nil {
		mistakes = strings.ReplaceAll(err.Error(), folder+string(filepath.Separator), "")
	}
	return string(generated), mistakes
}

// around is a package with a struct of some members.
func around(members string) string {
	return `
type Kind int
type Kinds Kind
type Name string
type When struct{ time.Time }
func (w *When) ScanJSON(r *scan.Reader) {}
type Other struct { ID int ` + "`json:\"id\"`" + ` }
//scan:ignore is only written
type Ignored struct { ID int ` + "`json:\"id\"`" + ` }
//scan:ignore
type Sent struct { ID int ` + "`json:\"id\"`" + ` }
func scanName(r *scan.Reader, into *string) {}
func scanBoth(r *scan.Reader, id, name *string) {}
func scanWhole(r *scan.Reader, into *string) error { return nil }

type Thing[T any] struct {
` + members + `
}
`
}

// TestAMemberIsOneLine adds one line to a struct, and finds the two that read it.
func TestAMemberIsOneLine(t *testing.T) {
	t.Parallel()
	before, mistakes := generated(t, around("ID int `json:\"id\"`"))
	if mistakes != "" {
		t.Fatal(mistakes)
	}
	for line, want := range map[string]string{
		"Title string `json:\"title\"`":                         "r.Text(&v.Title)",
		"Name Name `json:\"title,omitempty\"`":                  "r.Text((*string)(&v.Name))",
		"IsOpen bool `json:\"title\"`":                          "r.Bool(&v.IsOpen)",
		"Count int `json:\"title,omitzero\"`":                   "r.Int(&v.Count)",
		"Kind Kind `json:\"title\"`":                            "r.Int((*int)(&v.Kind))",
		"Kind Kinds `json:\"title\"`":                           "r.Int((*int)(&v.Kind))",
		"Created When `json:\"title\"`":                         "v.Created.ScanJSON(r)",
		"Created *When `json:\"title\"`":                        "scan.Pointer(r, &v.Created)",
		"Note *string `json:\"title\"`":                         "r.TextOrNull(&v.Note)",
		"Other *Other `json:\"title\"`":                         "scan.Pointer(r, &v.Other)",
		"Response *T `json:\"title\"`":                          "scan.Pointer(r, &v.Response)",
		"Others []Other `json:\"title\"`":                       "scan.List(r, &v.Others)",
		"Others []*Other `json:\"title\"`":                      "scan.List(r, &v.Others)",
		"Rows [][]string `json:\"title\"`":                      "scan.List(r, &v.Rows)",
		"Self *Thing `json:\"title\"`":                          "scan.Pointer(r, &v.Self)",
		"DisplayName string `json:\"title\" scan:\"scanName\"`": "scanName(r, &v.DisplayName)",
	} {
		after, mistakes := generated(t, around("ID int `json:\"id\"`\n"+line))
		added := "\tcase \"title\":\n\t\t" + want + "\n"
		if mistakes != "" || strings.Replace(after, added, "", 1) != before {
			t.Errorf("%s: %s\n%s", line, mistakes, after)
		}
	}
	for _, line := range []string{"fromList bool", "Known bool `json:\"-\"`"} {
		if after, mistakes := generated(t, around("ID int `json:\"id\"`\n"+line)); after != before {
			t.Errorf("%s: %s\n%s", line, mistakes, after)
		}
	}
}

// TestEmbedded reads the members of an embedded struct after its own, which hide them.
func TestEmbedded(t *testing.T) {
	t.Parallel()
	code, mistakes := generated(t, around("ID int `json:\"id\"`\nOther"))
	if !strings.Contains(code, "\tdefault:\n\t\treturn v.Other.ScanMember(key, r)\n") {
		t.Errorf("%s\n%s", mistakes, code)
	}
	if strings.Contains(code, "Ignored") || strings.Contains(code, "Sent") {
		t.Errorf("a type that is only written is read:\n%s", code)
	}
}

// TestMistakes finds what cannot be generated, and says where it is.
func TestMistakes(t *testing.T) {
	t.Parallel()
	const id = "ID int `json:\"id\"`\n"
	for members, want := range map[string]string{
		"Size float64 `json:\"size\"`":                       "things.go:19:6: Size is a float64",
		"Made time.Time `json:\"made\"`":                     "Made is a time.Time",
		"Rest map[string]int `json:\"rest\"`":                "Rest is a map[string]int",
		"Any any `json:\"any\"`":                             "Any is a any",
		"Value T `json:\"value\"`":                           "Value is a T",
		"Other Other `json:\"other\"`":                       "has to be a pointer",
		"Kind *Kind `json:\"kind\"`":                         "Kind is a *Kind",
		"Kinds []Kind `json:\"kinds\"`":                      "Kinds is a []Kind",
		"Pair [2]int `json:\"pair\"`":                        "Pair is a [2]int",
		"Sent *Sent `json:\"sent\"`":                         "Sent is a *Sent",
		"Ignored []Ignored `json:\"ignored\"`":               "Ignored is a []Ignored",
		"Title string":                                       "things.go:19:1: Title has no key",
		"Title string `json:\"a\\\\b\"`":                     `the key "a\\b" of Title has what stands in JSON as an escape`,
		"Title string `json:\",omitempty\"`":                 "Title has no key",
		"title string `json:\"title\"`":                      "title has a key, and a name that encoding/json cannot see",
		"Count int `json:\"count,string\"`":                  "things.go:19:11: the option \"string\" of Count",
		"Other int `json:\"Id\"`":                            `the key "Id" of Thing is "id" of Thing as well`,
		"A, B int `json:\"a\"`":                              `the key "a" of Thing is "a" of Thing as well`,
		"*Other":                                             "*Other is embedded",
		"When":                                               "When is embedded",
		"Other `json:\"other\"`":                             "Other is embedded",
		"Title string `json:\"title\" scan:\"scanMissing\"`": "there is no func scanMissing(r *scan.Reader, into *string), which is to read Title",
		"Title *string `json:\"title\" scan:\"scanName\"`":   "there is no func scanName(r *scan.Reader, into **string)",
		"Title string `json:\"title\" scan:\"scanBoth\"`":    "there is no func scanBoth",
		"Title string `json:\"title\" scan:\"scanWhole\"`":   "there is no func scanWhole",
		"}\nfunc (k Kind) ScanJSON(r *scan.Reader) {":        "has to have a pointer as its receiver",
		"Title string `json:\"title\"":                       "things.go:19:14: raw string literal not terminated",
		"}\ntype Twins struct { Other; Third }\ntype Third struct { ID int `json:\"ID\"`; A int `json:\"a\"`": "",
		"}\ntype Twins struct { A int `json:\"a\"`; Other; Third }\ntype Third struct { ID int `json:\"ID\"`": `the key "ID" of Third is "id" of Other as well`,
	} {
		if _, mistakes := generated(t, around(id+members)); !strings.Contains(mistakes, want) || want == "" && mistakes != "" {
			t.Errorf("%s: %s\nwant %s", members, mistakes, want)
		}
	}
	if _, mistakes := generated(t, "type Thing struct{}"); !strings.Contains(mistakes, "has no struct with json tags") {
		t.Error(mistakes)
	}
}
