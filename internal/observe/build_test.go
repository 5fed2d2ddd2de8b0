package observe

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"runtime/debug"
	"testing"
)

// What Go noted of the sources counts; the linker's variables fill what Go could not see.
func TestBuild(t *testing.T) {
	t.Parallel()
	noted := func(version string, settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: version}, Settings: settings}
	}
	commit := debug.BuildSetting{Key: "vcs.revision", Value: "0123abc"}
	tail := ", " + runtime.Version() + ", " + runtime.GOOS + "/" + runtime.GOARCH + ")"
	tests := map[string]struct {
		info              *debug.BuildInfo
		version, revision string
		want              string
	}{
		"release":            {noted("v1.2.3", commit, debug.BuildSetting{Key: "vcs.modified", Value: "false"}), "", "", "onlyoffice-graphql v1.2.3 (revision 0123abc" + tail},
		"modified":           {noted("v1.2.3+dirty", commit, debug.BuildSetting{Key: "vcs.modified", Value: "true"}), "", "", "onlyoffice-graphql v1.2.3+dirty (revision 0123abc, modified" + tail},
		"without a history":  {noted("(devel)"), "v1.2.3", "0123abc", "onlyoffice-graphql v1.2.3 (revision 0123abc" + tail},
		"history wins":       {noted("v1.2.3", commit), "v9", "9", "onlyoffice-graphql v1.2.3 (revision 0123abc" + tail},
		"nothing is known":   {noted(""), "", "", "onlyoffice-graphql devel (revision unknown" + tail},
		"not even the build": {&debug.BuildInfo{}, "", "", "onlyoffice-graphql devel (revision unknown" + tail},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := buildOf(test.info, test.version, test.revision).String(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestBuildInfoMetric(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	NewMetrics().Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	want := regexp.MustCompile(`(?m)^build_info\{goversion="` + regexp.QuoteMeta(runtime.Version()) + `",revision="[^"]+",version="[^"]+"\} 1$`)
	if !want.MatchString(w.Body.String()) {
		t.Errorf("the metrics lack %s", want)
	}
}
