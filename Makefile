# make demo   ports a bundled program: prints the report and the diff; needs no server
# make test   the whole gate: installs redis-server, a C compiler (for -race) and chromium, and fetches axe-core, if they are
#             missing, then runs everything
# make twice  ports every case twice: the second run must change nothing (the gate does it for every third)
# make fuzz   runs each fuzz target for FUZZTIME

GO       ?= go
# A time or, as in the gate, a count (4000x): at the end of a time, go test may take its own deadline for a failure.
FUZZTIME ?= 10s

# axe-core checks that the HTML report is accessible. It is fetched, not kept here: see .gitignore.
AXE      := .cache/axe-core-4.14.1

.PHONY: all demo test twice redis cc chromium axe lint fuzz bench

all: test

demo:
	@bin=$$(mktemp -d) && trap 'rm -rf "$$bin"' EXIT && \
	$(GO) build -o "$$bin/clusterize" ./cmd/clusterize && cd testdata/programs/shop && \
	echo '$$ clusterize' && "$$bin/clusterize" && \
	echo && echo '$$ clusterize diff' && "$$bin/clusterize" diff

test: redis cc chromium axe lint
	$(GO) test -timeout 40m $$($(GO) list ./... | grep -v /templates/)
	CGO_ENABLED=1 $(GO) test -race -timeout 20m ./templates/...
	$(MAKE) fuzz FUZZTIME=4000x

twice:
	$(GO) test -timeout 40m ./cmd/clusterize -run 'TestCases$$' -twice

redis:
	@command -v redis-server >/dev/null && command -v redis-cli >/dev/null || \
		{ apt-get update && apt-get install -y redis-server; }

cc:
	@command -v gcc >/dev/null || { apt-get update && apt-get install -y gcc libc6-dev; }

chromium:
	@command -v chromium >/dev/null || { apt-get update && apt-get install -y chromium; }

axe: $(AXE)/package/axe.min.js

$(AXE)/package/axe.min.js:
	@command -v npm >/dev/null || { apt-get update && apt-get install -y npm; }
	@mkdir -p $(AXE) && cd $(AXE) && npm pack --silent $(subst core-,core@,$(notdir $(AXE))) && tar -xzf *.tgz

lint:
	@out=$$(gofmt -l $$(git ls-files '*.go' | grep -v testdata/)); \
	if [ -n "$$out" ]; then echo "not gofmt-ed:"; echo "$$out"; exit 1; fi
	$(GO) vet ./...

fuzz:
	@for t in $$($(GO) list ./... | while read -r p; do \
		$(GO) test -list '^Fuzz' "$$p" | sed -n "s|^\(Fuzz.*\)|$$p:\1|p"; done); do \
		echo "fuzz $$t"; $(GO) test -run '^$$' -fuzz "^$${t##*:}$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "$${t%%:*}" || exit 1; done

bench:
	$(GO) test -run '^$$' -bench . -benchtime 3x ./...
