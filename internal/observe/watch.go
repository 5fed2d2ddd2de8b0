package observe

import (
	"github.com/prometheus/client_golang/prometheus"

	"onlyoffice-graphql/internal/overhttp"
	"onlyoffice-graphql/upstream"
)

// watch is a collector that asks for the values of gauges when it is scraped, all at the same
// moment.
func watch(collect func(set gaugeFunc)) prometheus.Collector {
	return prometheus.CollectorFunc(func(to chan<- prometheus.Metric) {
		collect(func(about *prometheus.Desc, value float64, labels ...string) {
			to <- prometheus.MustNewConstMetric(about, prometheus.GaugeValue, value, labels...)
		})
	})
}

// gaugeFunc takes the value of a gauge, with those of its labels.
type gaugeFunc func(about *prometheus.Desc, value float64, labels ...string)

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

// WatchPortal measures the load of the portal's client, and the states of its circuits.
func (m *Metrics) WatchPortal(client *upstream.Client) {
	inFlight := gauge("portal_calls_in_flight", "Portal calls on their way, from asking to the last byte of the answer.")
	waiting := gauge("portal_calls_waiting", "Portal calls, or groups of calls that begin together, that wait for a slot. Those that wait because their own operation has as many calls as it may are not among them.")
	slots := gauge("portal_slots", "Portal calls that may be in flight at a time for all requests together.")
	circuits := gauge("portal_circuit_state", "1 for the state that the circuit breaker of a route is in, else 0: open lets no call through, half_open one that decides about the others. The route "+upstream.WholePortal+" is the portal as a whole.", "route", "state")
	taken, size := budgetOf("portal_answers")
	m.registry.MustRegister(watch(func(set gaugeFunc) {
		load := client.Load()
		set(inFlight, float64(load.InFlight))
		set(waiting, float64(load.Waiting))
		set(slots, float64(load.Slots))
		set(taken, float64(load.BodyBytes))
		set(size, float64(load.BodyBudget))
		for _, circuit := range client.Circuits() {
			for _, state := range []upstream.CircuitState{upstream.CircuitClosed, upstream.CircuitOpen, upstream.CircuitHalfOpen} {
				is := 0.0
				if circuit.State == state {
					is = 1
				}
				set(circuits, is, circuit.Route, string(state))
			}
		}
	}))
}

// WatchAPI measures the load of the API.
func (m *Metrics) WatchAPI(load func() overhttp.Load) {
	requests := gauge("graphql_requests_in_flight", "GraphQL requests that are worked on, until their answers are there.")
	places := gauge("graphql_request_places", "GraphQL requests that may be worked on at a time; further ones are refused.")
	bodiesTaken, bodiesSize := budgetOf("request_bodies")
	answersTaken, answersSize := budgetOf("answers")
	m.registry.MustRegister(watch(func(set gaugeFunc) {
		now := load()
		set(requests, float64(now.Requests))
		set(places, float64(now.Places))
		set(bodiesTaken, float64(now.Bodies.Taken))
		set(bodiesSize, float64(now.Bodies.Budget))
		set(answersTaken, float64(now.Answers.Taken))
		set(answersSize, float64(now.Answers.Budget))
	}))
}
