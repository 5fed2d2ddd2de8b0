# The commands of a working day. Go is all they need.

.PHONY: run test check generate format bench fuzz

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

fuzz: ## a minute for each fuzz target
	go test -run '^$$' -fuzz '^FuzzDecode$$' -fuzztime 1m ./upstream
	go test -run '^$$' -fuzz '^FuzzReading$$' -fuzztime 1m ./upstream
