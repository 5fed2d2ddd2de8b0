# The commands of a working day. Go is all they need, but where Node is named.

.PHONY: run test check generate format bench fuzz soak schema promise e2e clients explorer

FUZZTIME = 1m
SOAK = 2m

run: ## serve the demo portal
	go run .

test: ## what the README says
	go test ./...

check: ## everything that a change must pass; continuous integration runs the same
	.ci/run

generate: ## after a change of graph/*.graphqls or gqlgen.yml
	go generate ./...

format:
	git ls-files '*.go' | grep -v '^graph/generated.go$$' | xargs go run mvdan.cc/gofumpt -w

bench: ## speed and allocations
	go test -run '^$$' -bench . ./...

fuzz: ## a minute for each fuzz target; an input that fails becomes a seed file
	@for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$target"; \
			go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$package || exit 1; \
		done; \
	done

soak: ## many clients and a portal that fails at random, for two minutes
	SOAK=$(SOAK) go test -race -count=1 -v -run '^TestSoak$$' .

schema: ## its rules, and whether it keeps what clients have been promised; takes Node
	.ci/schema/run

promise: ## as part of a release: the schema is what clients are promised from now on; takes Node
	.ci/schema/run --promise

e2e: ## the explorer in a browser; takes Node and Debian's Chromium
	.ci/e2e

clients: ## the set-ups of docs/clients with their real libraries; takes Node
	.ci/clients

explorer: ## after a change of explorer/ or docs/queries; takes Node
	cd explorer && npm ci && npm run build
