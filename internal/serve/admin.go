package serve

import (
	"net/http"
	"net/http/pprof"
	"time"
)

// Admin is what the admin listener serves. Nothing of it is for callers.
type Admin struct {
	Listen   string // the address in the settings, whose name it answers to
	Profiles bool   // whether it makes profiles of the program
	Timeout  time.Duration
	Health   *Health
	Metrics  http.Handler
}

// Handler returns the admin listener's routes.
func (a Admin) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", a.Metrics)
	a.Health.Handle(mux)
	profiles := http.Handler(http.HandlerFunc(noProfiles))
	if a.Profiles {
		profiles = newProfiles()
	}
	all := http.NewServeMux()
	all.Handle("/", LimitClient(a.Timeout, mux))
	all.Handle("/debug/pprof/", profiles) // which take as long as they are asked to
	return sameSite(a.Listen, all)
}

// newProfiles serves the profiles of the program. To make one takes CPU, and
// it may be asked to take long.
func newProfiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.Handle("/debug/pprof/cmdline", http.NotFoundHandler()) // it would show --portal-token
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

func noProfiles(w http.ResponseWriter, _ *http.Request) {
	PlainText(w, http.StatusNotFound, "Profiles are off. Start the program with --profiles (PROFILES=on) to have them here.")
}
