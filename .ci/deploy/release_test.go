package deploy

import (
	"crypto/sha256"
	"debug/elf"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// clone makes a checkout of what is committed, in a folder of that name.
func clone(t *testing.T, name string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), name)
	origin, err := filepath.Abs(top)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := tool(t, "", "git", "-c", "safe.directory=*", "clone", "--quiet", "--no-hardlinks", origin, folder); err != nil {
		t.Fatal(err, text)
	}
	return folder
}

// Two checkouts in different folders, of one commit, release the same bytes, which tell
// that commit. Like the next, the test is not parallel: compiling would keep programs
// of other tests from their deadlines.
func TestReleaseIsReproducible(t *testing.T) {
	machines := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}
	var hashes [2]string
	for i, name := range []string{"one", "another/and-deeper"} {
		folder := clone(t, name)
		if text, err := tool(t, folder, "make", "release"); err != nil {
			t.Fatal(err, text)
		}
		sums, err := os.ReadFile(filepath.Join(folder, "dist/SHA256SUMS"))
		if err != nil {
			t.Fatal(err)
		}
		hashes[i] = string(sums)
		commit, err := tool(t, folder, "git", "rev-parse", "HEAD")
		if err != nil {
			t.Fatal(err)
		}
		for arch, machine := range machines {
			path := filepath.Join(folder, "dist/onlyoffice-graphql-linux-"+arch)
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if line := fmt.Sprintf("%x  %s\n", sha256.Sum256(text), filepath.Base(path)); !strings.Contains(hashes[i], line) {
				t.Errorf("SHA256SUMS lacks %s", line)
			}
			file, err := elf.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			if file.Machine != machine {
				t.Errorf("%s is for %v", path, file.Machine)
			}
			_ = file.Close()
			built, err := tool(t, "", "go", "version", "-m", path)
			if err != nil || !strings.Contains(built, "vcs.revision="+strings.TrimSpace(commit)) || !strings.Contains(built, "vcs.modified=false") {
				t.Errorf("it tells of no commit: %v\n%s", err, built)
			}
			if strings.Contains(string(text), folder) {
				t.Errorf("%s holds the name of the folder", path)
			}
		}
	}
	if hashes[0] != hashes[1] {
		t.Errorf("the releases differ:\n%s\n%s", hashes[0], hashes[1])
	}
}

// The list of what is in a release has every module that is linked into the program, with
// its version, and licences.
func TestSBOM(t *testing.T) {
	folder := clone(t, "checkout")
	if text, err := tool(t, folder, "make", "sbom"); err != nil {
		t.Fatal(err, text)
	}
	text, err := os.ReadFile(filepath.Join(folder, "dist/onlyoffice-graphql.cdx.json"))
	if err != nil {
		t.Fatal(err)
	}
	var bill struct {
		BOMFormat  string
		Components []struct {
			Name, Version string
			Licenses      []any
		}
	}
	if err := json.Unmarshal(text, &bill); err != nil || bill.BOMFormat != "CycloneDX" {
		t.Fatal(err, bill.BOMFormat)
	}
	listed := map[string]string{}
	for _, component := range bill.Components {
		listed[component.Name] = component.Version
		if component.Name != "std" && len(component.Licenses) == 0 {
			t.Errorf("%s has no licence", component.Name)
		}
	}
	modules, err := tool(t, "", "go", "version", "-m", binary(t))
	if err != nil {
		t.Fatal(err)
	}
	linked := regexp.MustCompile(`(?m)^\tdep\t(\S+)\t(\S+)`).FindAllStringSubmatch(modules, -1)
	if len(linked) < 10 {
		t.Fatalf("only %d modules are linked", len(linked))
	}
	for _, module := range linked {
		if listed[module[1]] != module[2] {
			t.Errorf("%s %s is linked, and listed is %q", module[1], module[2], listed[module[1]])
		}
	}
}
