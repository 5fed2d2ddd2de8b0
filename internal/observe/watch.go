package observe

import (
	"github.com/prometheus/client_golang/prometheus"

	"onlyoffice-graphql/internal/overhttp"
	"onlyoffice-graphql/upstream"
)

// watch is a collector that asks for values when it is scraped, all at the same moment.
type watch struct {
	about   []*prometheus.Desc
	collect func(tell)
}

// tell takes the value of a gauge, with those of its labels.
type tell func(about *prometheus.Desc, value float64, labels ...string)

var _ prometheus.Collector = watch{}

// Describe sends what the metrics are.
func (w watch) Describe(to chan<- *prometheus.Desc) {
	for _, about := range w.about {
		to <- about
	}
}

// Collect sends their values.
func (w watch) Collect(to chan<- prometheus.Metric) {
	w.collect(func(about *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(about, prometheus.GaugeValue, value, labels...)
	})
}

func gauge(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Memory budgets are one pair of metrics, of which the portal's client has one budget and
// the API the others.
const (
	budgetTaken = "memory_budget_taken_bytes"
	budgetSize  = "memory_budget_bytes"

	helpTaken = "Bytes that are taken of a memory budget: answers to clients, request bodies that arrive, portal answers that are read."
	helpSize  = "Bytes of a memory budget. What finds no room in it waits, and is refused when there is none soon."
)

// budgetOf returns the metrics of one memory budget.
func budgetOf(name string) (taken, size *prometheus.Desc) {
	labels := prometheus.Labels{"budget": name}
	return prometheus.NewDesc(budgetTaken, helpTaken, nil, labels), prometheus.NewDesc(budgetSize, helpSize, nil, labels)
}

// WatchPortal tells of the load of the portal's client and of its circuits.
func (m *Metrics) WatchPortal(client *upstream.Client) {
	inFlight := gauge("portal_calls_in_flight", "Portal calls on their way, from asking to the last byte of the answer.")
	waiting := gauge("portal_calls_waiting", "Portal calls, or groups of calls that begin together, that wait for a slot. Those that wait because their own operation has as many calls as it may are not among them.")
	slots := gauge("portal_slots", "Portal calls that may be in flight at a time for all requests together.")
	circuits := gauge("portal_circuit_state", "1 for the state that the circuit breaker of a route is in, else 0: open lets no call through, half_open one that decides about the others. The route "+upstream.WholePortal+" is the portal as a whole.", "route", "state")
	taken, size := budgetOf("portal_answers")
	m.registry.MustRegister(watch{
		about: []*prometheus.Desc{inFlight, waiting, slots, circuits, taken, size},
		collect: func(tell tell) {
			load := client.Load()
			tell(inFlight, float64(load.InFlight))
			tell(waiting, float64(load.Waiting))
			tell(slots, float64(load.Slots))
			tell(taken, float64(load.BodyBytes))
			tell(size, float64(load.BodyBudget))
			for _, circuit := range client.Circuits() {
				for _, state := range []upstream.CircuitState{upstream.CircuitClosed, upstream.CircuitOpen, upstream.CircuitHalfOpen} {
					is := 0.0
					if circuit.State == state {
						is = 1
					}
					tell(circuits, is, circuit.Route, string(state))
				}
			}
		},
	})
}

// WatchAPI tells of the load of the API.
func (m *Metrics) WatchAPI(load func() overhttp.Load) {
	requests := gauge("graphql_requests_in_flight", "GraphQL requests that are worked on, until their clients have read the answers.")
	places := gauge("graphql_request_places", "GraphQL requests that may be worked on at a time; further ones are refused.")
	bodiesTaken, bodiesSize := budgetOf("request_bodies")
	answersTaken, answersSize := budgetOf("answers")
	m.registry.MustRegister(watch{
		about: []*prometheus.Desc{requests, places, bodiesTaken, bodiesSize, answersTaken, answersSize},
		collect: func(tell tell) {
			now := load()
			tell(requests, float64(now.Requests))
			tell(places, float64(now.Places))
			tell(bodiesTaken, float64(now.Bodies.Taken))
			tell(bodiesSize, float64(now.Bodies.Budget))
			tell(answersTaken, float64(now.Answers.Taken))
			tell(answersSize, float64(now.Answers.Budget))
		},
	})
}
