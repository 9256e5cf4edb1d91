# Hengxin (衡信). `make help` lists the targets. Only Go is needed.
GO       ?= go
FUZZTIME ?= 30s
DEMO_DIR ?= out/demo
export CGO_ENABLED ?= 0

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

build: ## bin/hengxin
	$(GO) build -o bin/ ./cmd/...

demo: build ## the main job on a generated province of 20,000 subjects
	./bin/hengxin demo --dir $(DEMO_DIR)

test: ## every test; PostgreSQL is started by the suite itself
	$(GO) test -timeout 30m ./...

race: ## the tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race -timeout 60m ./...

soak: ## kill -9 thirty times each of append, ingest and build on each database; a million random histories
	$(GO) test ./store -soak -timeout 60m -count=1 -run 'Test.*/killed'
	HENGXIN_SOAK=1 $(GO) test ./cmd/hengxin -timeout 60m -count=1 -run 'TestCrash'
	HENGXIN_SOAK=1 $(GO) test ./features -timeout 60m -count=1 -run 'Soak'

fuzz: ## every fuzz target for FUZZTIME (30s)
	@for f in $$(grep -rlE '^func Fuzz' --include='*_test.go' .); do \
	  for t in $$(grep -oE '^func Fuzz[A-Za-z0-9_]*' $$f | cut -c6-); do \
	    echo "== $$(dirname $$f) $$t"; $(GO) test -run='^$$' -fuzz="^$$t\$$" -fuzztime=$(FUZZTIME) ./$$(dirname $$f) || exit 1; \
	  done; done

lint: bin/staticcheck ## gofmt, vet, staticcheck
	@bad=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$bad" || { echo "not gofmt-ed: $$bad"; exit 1; }
	$(GO) vet ./...
	./bin/staticcheck ./...

bin/staticcheck: tools/go.mod
	$(GO) build -C tools -o ../bin/staticcheck honnef.co/go/tools/cmd/staticcheck

generate: build ## the pages that are made from tables
	./bin/hengxin indicators --markdown docs/indicators.md

verify: build ## import edges, sizes, generated pages, same bits on newer processors
	$(GO) test -count=1 .
	./bin/hengxin indicators --markdown docs/indicators.md --check
	@if [ "$$($(GO) env GOARCH)" = amd64 ] && grep -q avx512f /proc/cpuinfo 2>/dev/null; then \
	  GOAMD64=v3 $(GO) test -count=1 ./exact/... ; fi

bench: build ## every benchmark beside its peer; see bench/README.md
	./bench/run.sh

clean: ## what the targets above wrote
	rm -rf bin out

.PHONY: help build demo test race soak fuzz lint generate verify bench clean
