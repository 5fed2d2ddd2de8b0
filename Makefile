# The commands of a working day. Go is all they need, but where Node is named.

.PHONY: run test check generate format bench ceilings lab performance million fuzz soak lost schema promise e2e clients explorer deploy release sbom

BENCH = .
COUNT = 1
LAB = ../shared/lab
FUZZTIME = 1m
SOAK = 2m
CHANGES = 10000
MILLION = 1000000
PLATFORMS = linux/amd64 linux/arm64
RELEASE = dist
CYCLONEDX = github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0

run: ## serve the demo portal
	go run .

test: ## what the README says
	go test ./...

check: ## everything that a change must pass; continuous integration runs the same
	.ci/run

generate: ## after a change of graph/*.graphqls, gqlgen.yml or a struct of upstream/
	go generate ./...

format:
	git ls-files '*.go' | grep -v '^graph/generated.go$$' | xargs go run mvdan.cc/gofumpt -w

bench: ## speed and allocations; for benchstat: make bench COUNT=10 BENCH=Request >after.txt
	@go test -run '^$$' -bench '$(BENCH)' -benchmem -count $(COUNT) ./...

ceilings: ## after a change of what requests allocate: the ceilings that .ci/run holds them to
	go run .ci/ceilings.go -write
	git diff --stat -- .ci/ceilings.txt

lab: ## beside other GraphQL servers, for forty minutes; takes Node, and the lab: LAB, CONTESTANTS, ROUNDS, CONC, SCALE, TLS, DELAY
	LAB=$(LAB) .ci/lab

performance: ## how cost grows, measured again, and the plots and tables of docs/performance.md
	go test -run '^$$' -bench '^BenchmarkGrowth$$' -benchmem -benchtime 300ms -count 10 . >docs/performance/growth.txt
	go run ./docs/performance

million: ## whether memory and goroutines stay flat over a million requests
	MILLION=$(MILLION) go test -count=1 -timeout 30m -v -run '^TestMillion$$' . >docs/performance/million.txt
	go run ./docs/performance

fuzz: ## a minute for each fuzz target; an input that fails becomes a seed file
	@for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$target"; \
			go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$package || exit 1; \
		done; \
	done

soak: ## many clients and a portal that fails at random, for two minutes each of reads and writes
	SOAK=$(SOAK) .ci/longer TestSoak -race ./internal/blackbox
	SOAK=$(SOAK) .ci/longer TestSoakOfWrites -race ./resolvers

lost: ## whether writes change what they do not name, by CHANGES changes at random
	ROUNDS=$(CHANGES) .ci/longer TestNothingIsLost ./resolvers

schema: ## its rules, and whether it keeps what clients have been promised; takes Node
	.ci/schema/run

promise: ## as part of a release: the schema is what clients are promised from now on; takes Node
	.ci/schema/run --promise

e2e: ## the explorer in a browser; takes Node and Debian's Chromium
	.ci/e2e

clients: ## the set-ups of docs/clients with their real libraries; takes Node
	.ci/clients

explorer: ## after a change of explorer/, docs/queries or docs/mutations; takes Node
	cd explorer && npm ci && npm run build

deploy: ## the packages: Dockerfile, deploy/, and what make release builds
	.ci/deploy/run

release: ## static binaries for PLATFORMS and their hashes, in the folder dist; the same bytes wherever they are built
	@mkdir -p $(RELEASE)
	@set -e; for platform in $(PLATFORMS); do \
		echo "$$platform"; \
		CGO_ENABLED=0 GOOS=$${platform%/*} GOARCH=$${platform#*/} go build -trimpath -buildvcs=auto -ldflags '-s -w -buildid=' \
			-o $(RELEASE)/onlyoffice-graphql-$${platform%/*}-$${platform#*/} .; \
	done
	cd $(RELEASE) && sha256sum onlyoffice-graphql-*-* >SHA256SUMS && cat SHA256SUMS

sbom: ## what is linked into the program: modules, versions and licences, as CycloneDX; takes git
	@mkdir -p $(RELEASE)
	CGO_ENABLED=0 GOOS=linux go run $(CYCLONEDX) app -json -licenses -assert-licenses -std -output $(RELEASE)/onlyoffice-graphql.cdx.json .
