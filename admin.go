package main

import (
	"net/http"
	"net/http/pprof"

	"onlyoffice-graphql/internal/config"
)

// newAdmin returns what the admin listener serves: nothing of it is for callers.
func newAdmin(settings config.Config, health *health, metrics *metrics) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics.handler())
	mux.HandleFunc("GET /healthz", health.alive)
	mux.HandleFunc("GET /readyz", health.ready)
	profiles := http.Handler(http.HandlerFunc(noProfiles))
	if settings.Profiles {
		profiles = newProfiles()
	}
	all := http.NewServeMux()
	all.Handle("/", limitClient(settings.Limits.OperationTimeout, mux))
	all.Handle("/debug/pprof/", profiles) // which take as long as they are asked to
	return sameSite(settings.AdminListen, all)
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
	plainText(w, http.StatusNotFound, "Profiles are off. Start the program with --profiles (PROFILES=on) to have them here.")
}
