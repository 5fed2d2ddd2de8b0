package deploy

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	bootstrap "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	manager "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	upstreams "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// message is one of Envoy's, which knows what its fields may be.
type message interface {
	proto.Message
	ValidateAll() error
}

// strictly reads a message from YAML that has none but its fields.
func strictly[M message](t *testing.T, source any, into M) M {
	t.Helper()
	text, err := json.Marshal(source)
	if err != nil {
		t.Fatal(err)
	}
	if err := protojson.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
	if err := into.ValidateAll(); err != nil {
		t.Error(err)
	}
	return into
}

func fromYAML[V any](t *testing.T, text string) (value V) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// Envoy's own types take deploy/proxy/envoy.yaml. It runs in no test, as Debian lacks it.
func TestEnvoy(t *testing.T) {
	t.Parallel()
	all := strictly(t, fromYAML[map[string]any](t, read(t, "deploy/proxy/envoy.yaml")), &bootstrap.Bootstrap{})
	listener, cluster := all.GetStaticResources().GetListeners()[0], all.GetStaticResources().GetClusters()[0]
	var connections manager.HttpConnectionManager
	var options upstreams.HttpProtocolOptions
	for packed, into := range map[interface{ UnmarshalTo(proto.Message) error }]message{
		listener.GetFilterChains()[0].GetFilters()[0].GetTypedConfig():                                       &connections,
		cluster.GetTypedExtensionProtocolOptions()["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"]: &options,
	} {
		if err := packed.UnmarshalTo(into); err != nil {
			t.Fatal(err)
		}
		if err := into.ValidateAll(); err != nil {
			t.Error(err)
		}
	}
	host := connections.GetRouteConfig().GetVirtualHosts()[0]
	checkRoutes(t, host.GetRoutes(), cluster.GetName(), "/")
	if !slices.Contains(host.GetDomains(), site) {
		t.Errorf("the host is %q", host.GetDomains())
	}
	var below []*route.Route
	for _, one := range fromYAML[[]any](t, documented(t, "yaml", "prefix_rewrite")) {
		below = append(below, strictly(t, one, &route.Route{}))
	}
	checkRoutes(t, below, cluster.GetName(), "/crm/")
	if kept, most := options.GetCommonHttpProtocolOptions().GetIdleTimeout().AsDuration(), preset(t, "idle-timeout"); kept == 0 || kept >= most {
		t.Errorf("connections are kept for %v, and by the program for %v", kept, most)
	}
}

// checkRoutes reports routes that show a probe, or do not wait for an answer.
func checkRoutes(t *testing.T, routes []*route.Route, cluster, base string) {
	t.Helper()
	hidden := map[string]bool{}
	for _, one := range routes {
		path := one.GetMatch().GetPath()
		switch {
		case one.GetDirectResponse().GetStatus() == 404:
			hidden[strings.TrimPrefix(path, base)] = true
		case one.GetRoute() != nil:
			if one.GetMatch().GetPrefix() != base || one.GetRoute().GetCluster() != cluster || one.GetRoute().GetTimeout().AsDuration() <= preset(t, "operation-timeout") {
				t.Errorf("a route is %v", one)
			}
			if !hidden["healthz"] || !hidden["readyz"] {
				t.Errorf("before %v only %v are hidden", one, hidden)
			}
			if base != "/" && one.GetRoute().GetPrefixRewrite() != "/" {
				t.Errorf("%v keeps the path", one)
			}
		case one.GetRedirect().GetPathRedirect() != base:
			t.Errorf("a route is %v", one)
		}
	}
}
