# Bulkhead: `make` shows what can be done. Two commands do everything on a fresh machine: `make run` and `make test`.

SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS   += --no-builtin-rules

TOOLS := $(CURDIR)/.tools
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOFUMPT     := mvdan.cc/gofumpt@v0.12.0
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.8.0
GOTESTSUM   := gotest.tools/gotestsum@v1.13.0

FUZZTIME ?= 30s
DRAWS    ?= 1000

# What the laws draw is the same whenever `make test` runs, so that a change fails for what it changed; `make laws` draws anew.
SEED := 20261121

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this help
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Set up, build, judge the example service and start a demonstration
	@echo '$$ bulkhead check examples/parking-permits --at 2026-11-21'
	@bin/bulkhead check examples/parking-permits --at 2026-11-21 --fail-on none
	@echo
	@echo '$$ bulkhead serve --demo'
	@if [ "$${CI:-false}" = false ]; then exec bin/bulkhead serve --demo; else .ci/demo; fi

.PHONY: test
test: export RAPID_SEED := $(SEED)
test: lint ## Set up and run everything: linting, then all tests
	@.ci/tools
	go test -timeout 30m ./...
	BULKHEAD_KILLS=60 go test -timeout 20m -count=1 -run Killed ./internal/store
	go test -race -timeout 20m -run "Law8|Estate|DeterministicOnCores" ./assess -rapid.checks=10

.PHONY: build
build: ## Build the one binary, bin/bulkhead
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o bin/bulkhead ./cmd/bulkhead

.PHONY: windows
windows: ## Build bin/bulkhead.exe, the command line for Windows; the server keeps its keys on Linux
	GOOS=windows CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o bin/bulkhead.exe ./cmd/bulkhead

.PHONY: lint
lint: $(TOOLS)/staticcheck $(TOOLS)/gofumpt ## Check form, vet and lint
	@unformatted=$$($(TOOLS)/gofumpt -l .); if [ -n "$$unformatted" ]; then echo "not formatted (run make format):"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	$(TOOLS)/staticcheck ./...

.PHONY: format
format: $(TOOLS)/gofumpt ## Format all Go files
	$(TOOLS)/gofumpt -w .

.PHONY: packs
packs: ## Make library/packs.json from library/packs/*.yaml
	go run ./cmd/packs

.PHONY: bench
bench: ## Run the benchmarks; figures and method are in docs/performance.md
	GOGC=300 go test -run '^$$' -bench . -benchmem -count 3 -timeout 30m ./...

.PHONY: fuzz
fuzz: ## Fuzz every reader of foreign bytes for FUZZTIME each
	@for dir in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
	  for target in $$(grep -rhoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' $$dir | sed 's/func //' | sort -u); do \
	    echo "$$dir $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5x $$dir; \
	  done; done

.PHONY: laws
laws: ## Try the property tests with DRAWS new draws each, which `make test` does not
	RAPID_CHECKS=$(DRAWS) go test -count=1 -timeout 10h $$(grep -rl --include='*_test.go' pgregory.net/rapid . | xargs -n1 dirname | sort -u)

.PHONY: evidence
evidence: build $(TOOLS)/gotestsum $(TOOLS)/staticcheck $(TOOLS)/govulncheck ## Record what Bulkhead's own tests and scans show, in bulkhead/evidence
	.ci/evidence

$(TOOLS)/staticcheck:
	GOBIN=$(TOOLS) GOFLAGS= go install $(STATICCHECK)
$(TOOLS)/gofumpt:
	GOBIN=$(TOOLS) GOFLAGS= go install $(GOFUMPT)
$(TOOLS)/govulncheck:
	GOBIN=$(TOOLS) GOFLAGS= go install $(GOVULNCHECK)
$(TOOLS)/gotestsum:
	GOBIN=$(TOOLS) GOFLAGS= go install $(GOTESTSUM)

.PHONY: clean
clean: ## Remove what was built and the tools
	rm -rf bin $(TOOLS)
