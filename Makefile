# make run: start everything. make check: a quick look, for every change. make test: prove every
# behaviour once. make prove: the variants, too. make bench: measure everything. make chaos: break
# everything. make soak: see that nothing grows. Each does all of its own set-up.
.PHONY: run check test prove chaos soak lint bench requirements

run:
	@sh scripts/setup.sh requirements.txt
	@exec .venv/bin/python app.py

check: lint
	@echo "Running the quick tests ..."
	@.venv/bin/python -m pytest -q -n 2 --dist loadfile tests/unit $(QUICK)

# Integration tests that show within seconds whether the heart still beats.
QUICK = $(addprefix tests/integration/,runs/test_submit.py runs/test_control.py runs/test_review.py \
	history/test_reads.py api/test_lineage_api.py api/test_api.py)

test: lint
	@sh scripts/curl.sh
	@sh scripts/sandbox.sh
	@sh scripts/faketime.sh
	@echo "Running the tests ..."
	@sh scripts/tests.sh -m "not prove"

# The variants: both widths and themes for every journey, every user and sandbox for every attack, Firefox,
# every blueprint, other Postgres servers, generated requests, a real model, and faults.
prove:
	@sh scripts/setup.sh requirements-dev.txt
	@sh scripts/setup.sh requirements-model.txt --no-deps
	@sh scripts/sandbox.sh
	@sh scripts/postgres15.sh
	@sh scripts/pgbouncer.sh
	@sh scripts/faketime.sh
	@echo "Running the variants ..."
	@TOGGLE_TEST_FIREFOX="$$(sh scripts/firefox.sh)" sh scripts/tests.sh -m prove

# One fault: make chaos FAULT="disk full"
FAULT ?=

chaos:
	@sh scripts/setup.sh requirements-dev.txt
	@sh scripts/faketime.sh
	@TOGGLE_TEST_BROWSER="$$(sh scripts/browser.sh)" .venv/bin/python -m tests.chaos $(if $(FAULT),"$(FAULT)")

# Shorter: make soak MINUTES=10
MINUTES ?= 30
RATE ?= 2

soak:
	@sh scripts/setup.sh requirements-dev.txt
	@.venv/bin/python -m tests.chaos.soak --minutes $(MINUTES) --rate $(RATE)

lint:
	@sh scripts/setup.sh requirements-dev.txt
	@sh scripts/setup.sh requirements-model.txt --no-deps
	@echo "Checking format, lint, types and imports ..."
	@.venv/bin/ruff format --check --quiet . || { echo "Some files are not formatted: .venv/bin/ruff format ."; exit 1; }
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy
	@contracts=$$(.venv/bin/lint-imports --no-logo --no-cache) || { echo "$$contracts"; exit 1; }

# A taste of it: make bench ROUNDS=1 RUNS=40 SIZES=10k IN_FLIGHT=50
ROUNDS ?= 5
RUNS ?= 300
SIZES ?= 10k,100k,1m
IN_FLIGHT ?= 500

bench:
	@sh scripts/setup.sh requirements-dev.txt
	@sh scripts/sandbox.sh
	@sh scripts/bench.sh
	@TOGGLE_TEST_BROWSER="$$(sh scripts/browser.sh)" .venv/bin/python -m benchmarks --rounds $(ROUNDS) --runs $(RUNS) --sizes $(SIZES) --in-flight $(IN_FLIGHT)

# After a change of pyproject.toml: compile the pins anew.
requirements:
	@sh scripts/pin.sh
