package observe

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// Version and revision are set by the linker where the sources come without their
// history, as they do in a container: -X onlyoffice-graphql/internal/observe.version=v1.2.3.
var version, revision string

// Build is what is known of how the program was built.
type Build struct {
	Version  string // a tag, or what Go makes of the commit; "devel" where nothing is known
	Revision string // the commit; "unknown" where the sources came without their history
	Modified bool   // the sources were not those of the commit
	Go       string // such as go1.26.8
	Platform string // such as linux/amd64
}

// ThisBuild returns how this program was built.
func ThisBuild() Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return buildOf(info, version, revision)
}

// buildOf takes what Go noted, and the variables of the linker where Go noted nothing.
func buildOf(info *debug.BuildInfo, version, revision string) Build {
	build := Build{Version: "devel", Revision: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if version != "" {
		build.Version = version
	}
	if revision != "" {
		build.Revision = revision
	}
	if noted := info.Main.Version; noted != "" && noted != "(devel)" {
		build.Version = noted
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			build.Revision = setting.Value
		case "vcs.modified":
			build.Modified = setting.Value == "true"
		}
	}
	return build
}

// String returns the line that --version prints.
func (b Build) String() string {
	modified := ""
	if b.Modified {
		modified = ", modified"
	}
	return fmt.Sprintf("onlyoffice-graphql %s (revision %s%s, %s, %s)", b.Version, b.Revision, modified, b.Go, b.Platform)
}
