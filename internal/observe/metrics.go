package observe

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"onlyoffice-graphql/upstream"
)

// Metrics are what an operator watches. Labels hold nothing that a caller can
// choose, so their number is bounded.
type Metrics struct {
	registry   *prometheus.Registry
	operations *prometheus.HistogramVec
	overhead   prometheus.Histogram
	refused    *prometheus.CounterVec
	errors     *prometheus.CounterVec
	calls      *prometheus.HistogramVec
	retries    *prometheus.CounterVec
	callBytes  *prometheus.CounterVec
}

// NewMetrics returns metrics that count from 0.
func NewMetrics() *Metrics {
	buckets := []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		operations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "graphql_operation_duration_seconds", Buckets: buckets,
			Help: "How long GraphQL operations took, from the first byte read of the request (of one that came together with the request before it, from when its turn came) until its answer was made, which is before it is sent. By whether they had errors, or their client had gone. Refused requests are not among them.",
		}, []string{"outcome"}),
		overhead: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "graphql_operation_overhead_seconds", Buckets: append([]float64{.00025, .0005}, buckets...),
			Help: "How long of graphql_operation_duration_seconds no portal call of the operation was in flight. A call is in flight from asking to the last byte of its answer, and calls at the same time count once. So this is what the program took itself, to decode answers among others, what its client took to send the request, and the waits for a slot of the portal and before a retry.",
		}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "graphql_refused_requests_total",
			Help: "GraphQL requests that were refused before any operation ran, by the code of the first error. Their errors are in no other metric.",
		}, []string{"code"}),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "graphql_errors_total", Help: "Errors in the answers of GraphQL operations that ran, by code.",
		}, []string{"code"}),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "portal_call_duration_seconds", Buckets: buckets,
			Help: "How long portal calls took, by route and outcome.",
		}, []string{"route", "outcome"}),
		retries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "portal_retries_total", Help: "Attempts of portal calls after the first, by route. They are calls as well.",
		}, []string{"route"}),
		callBytes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "portal_read_bytes_total", Help: "Bytes read from the portal, by route.",
		}, []string{"route"}),
	}
	m.registry.MustRegister(m.operations, m.overhead, m.refused, m.errors, m.calls, m.retries, m.callBytes,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	build := ThisBuild()
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "build_info", Help: "Always 1, with how the program was built.",
		ConstLabels: prometheus.Labels{"version": build.Version, "revision": build.Revision, "goversion": build.Go},
	}, func() float64 { return 1 }))
	return m
}

// CountDropped tells of the lines that the log lost.
func (m *Metrics) CountDropped(queue *LogQueue) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "log_dropped_lines_total", Help: "Lines that the log dropped, because its reader was too slow or writing failed.",
	}, func() float64 { return float64(queue.DroppedLines()) }))
}

// Handler serves the metrics in the text format of Prometheus.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// PortalCall counts one call of the portal.
func (m *Metrics) PortalCall(call upstream.Call) {
	outcome := "ok"
	if call.Err != nil {
		outcome = upstream.KindOf(call.Err).String()
	}
	m.calls.WithLabelValues(call.Route, outcome).Observe(call.Duration.Seconds())
	m.callBytes.WithLabelValues(call.Route).Add(float64(call.Bytes))
	if call.Attempt > 1 {
		m.retries.WithLabelValues(call.Route).Inc()
	}
}
