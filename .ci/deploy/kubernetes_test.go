package deploy

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	disruption "k8s.io/api/policy/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// objects are what a folder of deploy/kubernetes brings into a cluster.
type objects struct {
	deployment apps.Deployment
	service    core.Service
	settings   core.ConfigMap
	budget     disruption.PodDisruptionBudget
	network    networking.NetworkPolicy
	ingress    networking.Ingress
	namespace  core.Namespace
	kinds      []string
}

// decode reads an object strictly: a misspelt member is an error.
func decode(text []byte) (runtime.Object, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{core.AddToScheme, apps.AddToScheme, networking.AddToScheme, disruption.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	object, _, err := json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme, json.SerializerOptions{Yaml: true, Strict: true}).Decode(text, nil, nil)
	return object, err
}

func build(t *testing.T, folder string) (found objects) {
	t.Helper()
	result, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), filepath.Join(top, "deploy/kubernetes", folder))
	if err != nil {
		t.Fatal(err)
	}
	for _, resource := range result.Resources() {
		text, err := resource.AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		object, err := decode(text)
		if err != nil {
			t.Fatalf("%s: %v", resource.CurId(), err)
		}
		found.kinds = append(found.kinds, resource.GetKind())
		switch object := object.(type) {
		case *apps.Deployment:
			found.deployment = *object
		case *core.Service:
			found.service = *object
		case *core.ConfigMap:
			found.settings = *object
		case *disruption.PodDisruptionBudget:
			found.budget = *object
		case *networking.NetworkPolicy:
			found.network = *object
		case *networking.Ingress:
			found.ingress = *object
		case *core.Namespace:
			found.namespace = *object
		}
	}
	slices.Sort(found.kinds)
	return found
}

// denied returns what the restricted standard of pod security says against a pod.
func denied(t *testing.T, pod core.PodTemplateSpec) (reasons []string) {
	t.Helper()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, result := range evaluator.EvaluatePod(api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}, &pod.ObjectMeta, &pod.Spec) {
		if !result.Allowed {
			reasons = append(reasons, result.ForbiddenReason+" "+result.ForbiddenDetail)
		}
	}
	return reasons
}

// The base and the example are objects of Kubernetes that fit each other, with pods that
// the restricted standard takes.
func TestKubernetes(t *testing.T) {
	t.Parallel()
	for folder, want := range map[string]string{
		"base":    "ConfigMap Deployment NetworkPolicy PodDisruptionBudget Service ServiceAccount",
		"example": "ConfigMap Deployment Ingress Namespace NetworkPolicy PodDisruptionBudget Service ServiceAccount",
	} {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			found := build(t, folder)
			if got := strings.Join(found.kinds, " "); got != want {
				t.Errorf("there are %s", got)
			}
			pod := found.deployment.Spec.Template
			for _, reason := range denied(t, pod) {
				t.Error("not restricted:", reason)
			}
			for what, selector := range map[string]*meta.LabelSelector{
				"deployment": found.deployment.Spec.Selector, "budget": found.budget.Spec.Selector, "network policy": &found.network.Spec.PodSelector,
				"service": {MatchLabels: found.service.Spec.Selector},
				"spread":  pod.Spec.TopologySpreadConstraints[0].LabelSelector, "spread by zone": pod.Spec.TopologySpreadConstraints[1].LabelSelector,
			} {
				parsed, err := meta.LabelSelectorAsSelector(selector)
				if err != nil || parsed.Empty() || !parsed.Matches(labels.Set(pod.Labels)) {
					t.Errorf("the %s selects %v, the pod has %v (%v)", what, selector, pod.Labels, err)
				}
			}
			checkPod(t, found)
			checkNetwork(t, found)
			var names []string
			for name := range found.settings.Data {
				names = append(names, name)
			}
			checkVariables(t, names)
		})
	}
}

func checkPod(t *testing.T, found objects) {
	t.Helper()
	deployment, pod := found.deployment.Spec, found.deployment.Spec.Template.Spec
	container := pod.Containers[0]
	if *deployment.Replicas < 2 || found.budget.Spec.MinAvailable.IntValue() >= int(*deployment.Replicas) || deployment.Strategy.RollingUpdate.MaxUnavailable.IntValue() != 0 {
		t.Error("the program is away while pods are replaced, or nodes cannot be drained")
	}
	if *pod.AutomountServiceAccountToken || *pod.EnableServiceLinks || !*container.SecurityContext.ReadOnlyRootFilesystem {
		t.Error("the pod has what it does not need")
	}
	if got := container.EnvFrom[0].ConfigMapRef.Name; got != found.settings.Name {
		t.Errorf("its settings are of %s, and in %s", got, found.settings.Name)
	}
	checkMemory(t, found.settings.Data["GOMEMLIMIT"], container.Resources.Limits.Memory().Value())
	if !container.Resources.Limits.Cpu().IsZero() || container.Resources.Requests.Cpu().IsZero() || container.Resources.Requests.Memory().IsZero() {
		t.Errorf("its resources are %v", container.Resources)
	}
	ends := time.Duration(container.Lifecycle.PreStop.Sleep.Seconds)*time.Second + preset(t, "drain-timeout")
	if grace := time.Duration(*pod.TerminationGracePeriodSeconds) * time.Second; grace < ends+5*time.Second {
		t.Errorf("it is killed after %v, and may take %v to end", grace, ends)
	}
	for _, port := range found.service.Spec.Ports {
		if port.TargetPort.StrVal != "http" {
			t.Errorf("the service is for the port %v", port.TargetPort)
		}
	}
}

func checkNetwork(t *testing.T, found objects) {
	t.Helper()
	var ports []string
	for _, port := range found.deployment.Spec.Template.Spec.Containers[0].Ports {
		ports = append(ports, port.Name)
	}
	allowed := map[string]bool{}
	for _, rule := range found.network.Spec.Ingress {
		for _, port := range rule.Ports {
			allowed[port.Port.StrVal] = true
		}
		if len(rule.From) == 0 {
			t.Error("a rule lets everybody in")
		}
	}
	if !allowed["http"] || !allowed["admin"] || len(allowed) != 2 || !slices.Equal(ports, []string{"http", "admin"}) {
		t.Errorf("the ports are %v, and let in are %v", ports, allowed)
	}
	if len(found.network.Spec.PolicyTypes) != 2 {
		t.Errorf("the policy is for %v", found.network.Spec.PolicyTypes)
	}
	if dns := found.network.Spec.Egress[0].To[0].PodSelector.MatchLabels; len(dns) != 1 || dns["k8s-app"] != "kube-dns" {
		t.Errorf("names are asked of the pods %v", dns)
	}
}

// The example sets what the base leaves open, in a namespace that holds its pods to the
// restricted standard.
func TestKubernetesExample(t *testing.T) {
	t.Parallel()
	base, found := build(t, "base"), build(t, "example")
	if found.namespace.Labels["pod-security.kubernetes.io/enforce"] != "restricted" || found.deployment.Namespace != found.namespace.Name {
		t.Errorf("the namespace is %v, the deployment in %s", found.namespace.Labels, found.deployment.Namespace)
	}
	if got := found.deployment.Spec.Template.Spec.Containers[0].Image; got != "registry.example.com/onlyoffice-graphql:v1.2.3" {
		t.Errorf("the image is %s", got)
	}
	for name, value := range base.settings.Data {
		if got := found.settings.Data[name]; (got == value) == (name == "ONLYOFFICE_URL") {
			t.Errorf("%s is %q", name, got)
		}
	}
	if backend := found.ingress.Spec.Rules[0].HTTP.Paths[0].Backend.Service; backend.Name != found.service.Name || backend.Port.Name != found.service.Spec.Ports[0].Name {
		t.Errorf("the ingress leads to %v", backend)
	}
	if len(found.network.Spec.Egress) != len(base.network.Spec.Egress)+2 {
		t.Errorf("the rules are %v", found.network.Spec.Egress)
	}
}

// While the portal is down, no probe fails: not one pod is restarted, nor taken out of
// the service.
func TestProbesDoNotFollowThePortal(t *testing.T) {
	t.Parallel()
	found := build(t, "base")
	container := found.deployment.Spec.Template.Spec.Containers[0]
	environment := []string{}
	for name, value := range found.settings.Data {
		if name != "ADMIN_ADDR" {
			environment = append(environment, name+"="+value)
		}
	}
	p := serve(t, append(environment, "ONLYOFFICE_URL=http://127.0.0.1:1"), binary(t))
	at := map[string]string{"http": p.public, "admin": p.admin}
	if status, _ := ask(t, http.DefaultClient, http.MethodGet, "http://"+p.admin+"/readyz", ""); status != http.StatusServiceUnavailable {
		t.Errorf("/readyz: %d", status)
	}
	for what, probe := range map[string]*core.Probe{"startup": container.StartupProbe, "liveness": container.LivenessProbe, "readiness": container.ReadinessProbe} {
		url := fmt.Sprintf("http://%s%s", at[probe.HTTPGet.Port.StrVal], probe.HTTPGet.Path)
		if status, text := ask(t, http.DefaultClient, http.MethodGet, url, ""); status != http.StatusOK {
			t.Errorf("%s: %s is answered %d %s", what, url, status, text)
		}
	}
}

// The checks above see what they are for.
func TestKubernetesChecksCanFail(t *testing.T) {
	t.Parallel()
	const misspelt = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {securityContext: {runAsNonroot: true}}\n"
	if _, err := decode([]byte(misspelt)); err == nil || !strings.Contains(err.Error(), "runAsNonroot") {
		t.Errorf("a misspelt member: %v", err)
	}
	pod := build(t, "base").deployment.Spec.Template
	pod.Spec.Containers[0].SecurityContext.Capabilities = nil
	if reasons := denied(t, pod); len(reasons) != 1 {
		t.Errorf("a pod with capabilities: %v", reasons)
	}
}
