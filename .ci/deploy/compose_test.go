package deploy

import (
	"context"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/api/resource"
)

func loadCompose(t *testing.T, environment types.Mapping) (*types.Project, error) {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(top, "deploy/compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir: filepath.Dir(path), ConfigFiles: []types.ConfigFile{{Filename: path}}, Environment: environment,
	})
}

// The Compose file is of its schema, says what it needs, and gives its containers no
// more than they need.
func TestCompose(t *testing.T) {
	t.Parallel()
	if _, err := loadCompose(t, nil); err == nil || !strings.Contains(err.Error(), "ONLYOFFICE_URL is missing a value: set it to the address of your portal") {
		t.Errorf("without a portal: %v", err)
	}
	project, err := loadCompose(t, types.Mapping{"ONLYOFFICE_URL": "https://portal.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(project.Services)); !slices.Equal(got, []string{"collector", "onlyoffice-graphql"}) {
		t.Fatalf("the services are %v", got)
	}
	for name, service := range project.Services {
		if !service.ReadOnly || !slices.Equal(service.CapDrop, []string{"ALL"}) || len(service.CapAdd) > 0 || service.Privileged ||
			!slices.Contains(service.SecurityOpt, "no-new-privileges:true") || service.User != "65532:65532" || service.MemLimit == 0 || service.PidsLimit == 0 || service.Restart == "" {
			t.Errorf("%s may do too much", name)
		}
		for _, port := range service.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("%s has port %s on %q", name, port.Published, port.HostIP)
			}
		}
		if _, tag, _ := strings.Cut(service.Image, ":"); tag == "" || tag == "latest" {
			t.Errorf("%s is of the image %s", name, service.Image)
		}
	}
	program := project.Services["onlyoffice-graphql"]
	if got, err := filepath.Rel(program.Build.Context, filepath.Join(project.WorkingDir, "..")); err != nil || got != "." {
		t.Errorf("it is built from %s", program.Build.Context)
	}
	checkVariables(t, slices.Collect(maps.Keys(program.Environment)))
	checkMemory(t, *program.Environment["GOMEMLIMIT"], int64(program.MemLimit))
	if program.StopGracePeriod == nil || types.Duration(preset(t, "drain-timeout")) >= *program.StopGracePeriod {
		t.Errorf("it is killed after %v", program.StopGracePeriod)
	}
}

// checkMemory wants Go's memory limit to be what the documents say, and the container's
// to leave a tenth for the rest.
func checkMemory(t *testing.T, goLimit string, limit int64) {
	t.Helper()
	if !strings.Contains(read(t, "docs/operating.md"), "which is "+goLimit+" by default") {
		t.Errorf("GOMEMLIMIT is %s, and not as in docs/operating.md", goLimit)
	}
	budget := resource.MustParse(strings.TrimSuffix(goLimit, "B"))
	if budget.Value() > limit*9/10 {
		t.Errorf("of %d bytes, GOMEMLIMIT takes %s", limit, goLimit)
	}
}

// The collector takes what the program sends, asks where it listens, and prints it.
func TestCollector(t *testing.T) {
	t.Parallel()
	project, err := loadCompose(t, types.Mapping{"ONLYOFFICE_URL": "https://portal.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	if file := project.Configs["collector"].File; filepath.Base(file) != "collector.yaml" {
		t.Fatalf("the collector reads %s", file)
	}
	var config struct {
		Receivers struct {
			OTLP struct {
				Protocols struct{ HTTP struct{ Endpoint string } }
			}
			Prometheus struct {
				Config struct {
					Scrapes []struct {
						Static []struct{ Targets []string } `yaml:"static_configs"`
					} `yaml:"scrape_configs"`
				}
			}
		}
		Processors map[string]any
		Exporters  map[string]any
		Service    struct {
			Telemetry any
			Pipelines map[string]struct{ Receivers, Processors, Exporters []string }
		}
	}
	decoder := yaml.NewDecoder(strings.NewReader(read(t, "deploy/collector.yaml")))
	if err := decoder.Decode(&config); err != nil {
		t.Fatal(err)
	}
	program := project.Services["onlyoffice-graphql"].Environment
	_, port, _ := strings.Cut(config.Receivers.OTLP.Protocols.HTTP.Endpoint, ":")
	if got, want := *program["OTEL_EXPORTER_OTLP_ENDPOINT"], "http://collector:"+port; got != want {
		t.Errorf("traces go to %s, and are taken at %s", got, want)
	}
	if got, want := config.Receivers.Prometheus.Config.Scrapes[0].Static[0].Targets[0], *program["ADMIN_ADDR"]; got != want {
		t.Errorf("metrics are asked for at %s, and are at %s", got, want)
	}
	if len(config.Service.Pipelines) != 2 {
		t.Errorf("the pipelines are %v", config.Service.Pipelines)
	}
	for name, pipeline := range config.Service.Pipelines {
		for _, used := range pipeline.Processors {
			if _, there := config.Processors[used]; !there {
				t.Errorf("%s uses the processor %s", name, used)
			}
		}
		if _, there := config.Exporters["debug"]; !there || !slices.Equal(pipeline.Exporters, []string{"debug"}) {
			t.Errorf("%s goes to %v", name, pipeline.Exporters)
		}
		if want := map[string]string{"traces": "otlp", "metrics": "prometheus"}[name]; !slices.Equal(pipeline.Receivers, []string{want}) {
			t.Errorf("%s comes from %v", name, pipeline.Receivers)
		}
	}
}

// The program listens at the name that Compose gives it, and answers to that name, by
// which the collector asks.
func TestMetricsByName(t *testing.T) {
	t.Parallel()
	project, err := loadCompose(t, types.Mapping{"ONLYOFFICE_URL": "https://portal.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	program := project.Services["onlyoffice-graphql"]
	name, _, _ := strings.Cut(*program.Environment["ADMIN_ADDR"], ":")
	if name != program.Hostname {
		t.Errorf("metrics are at %s, and the host is %s", name, program.Hostname)
	}
	hosts := filepath.Join(t.TempDir(), "hosts")
	if err := os.WriteFile(hosts, []byte("127.0.0.1 localhost "+name+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := serve(t, []string{"ADMIN_ADDR=" + name + ":0"}, "unshare", "--mount", "sh", "-ec", `mount --bind "$0" /etc/hosts; exec "$1"`, hosts, binary(t))
	for host, want := range map[string]int{name: http.StatusOK, "elsewhere": http.StatusMisdirectedRequest} {
		dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", p.admin)
		}
		client := &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
		if status, _ := ask(t, client, http.MethodGet, "http://"+host+":8081/metrics", ""); status != want {
			t.Errorf("asked by the name %s, it answers %d", host, status)
		}
	}
}
