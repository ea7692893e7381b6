# What a person types. Each target builds what it needs. See README.md and CONTRIBUTING.md.

CARGO ?= cargo
NPM := npm --prefix web

.PHONY: demo web test test-rust test-web test-browser check fix generate bench pictures fuzz soak packages

## Start the demo on http://localhost:8080 (ARGS="--reset" begins anew)
demo: web
	$(CARGO) run -p balie -- demo $(ARGS)

## Build the front-end
web: web/node_modules/.package-lock.json
	$(NPM) run build --silent

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

## Everything but soak
test: packages test-web test-rust test-browser

test-rust: web
	$(CARGO) test --workspace

test-web: web
	$(NPM) run check --silent
	$(NPM) test --silent

## The widget alone, then customer and agent in two windows, in Chromium against the real program
test-browser: web
	$(NPM) run test:browser -w @balie/widget --silent
	$(CARGO) build -p balie
	node tests/browser/run.mjs

## What a commit must pass
check: web
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	$(NPM) run check --silent

## Mend what can be mended by itself
fix:
	$(CARGO) fmt --all
	$(NPM) run fix --silent

## Write the files that are made from code: the API description and the TypeScript types
generate:
	mkdir -p docs/api
	$(CARGO) run -q -p balie -- openapi > docs/api/openapi.json.new && mv docs/api/openapi.json.new docs/api/openapi.json
	$(NPM) run generate -w packages/api --silent

## make bench NAME=routing
bench:
	$(CARGO) run -q --release -p bench -- $(NAME)

## Take the pictures of README anew
pictures: web
	$(CARGO) build -p balie
	node scripts/pictures.mjs

## make fuzz NAME=visitor_frame (needs cargo-fuzz and the nightly compiler; the targets are in fuzz/targets)
fuzz:
	$(CARGO) +nightly fuzz run --fuzz-dir fuzz $(NAME) -- -max_total_time=$(or $(TIME),300)

## A hundred kills on each database, a hundred power cuts
soak: web
	BALIE_TEST_KILLS=100 $(CARGO) test -p balie --test story -- kill power

## Debian packages that the tests use
packages:
	@sh scripts/packages.sh
