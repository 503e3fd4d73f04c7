# The commands of this project. `make demo` and `make test` need Python 3.11 or newer, make and git;
# the rest is installed into .venv, again whenever pyproject.toml changes.

VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# 3.11 first: it is the version the tests are known to pass on. `PYTHON=…` overrides.
CANDIDATES := python3.11 python3.12 python3.13 python3

.DEFAULT_GOAL := help
.PHONY: help demo demo-reports test faults requests identity check inspect format lint types imports schemas examples wheel dist clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime  ## a real scan, its tickets, and what a fix does to them
	@PATH="$(CURDIR)/$(BIN):$$PATH" examples/demo/run.sh

demo-reports:  ## scan the vulnerable API again (each scanner in its own environment)
	@examples/demo/make-reports.sh

test: $(VENV)/.dev  ## the tests, on all cores; ARGS="tests/readers -k gzip" narrows them
	@$(BIN)/pytest -q -n auto $(ARGS)

N ?= 100
FIRST ?= 0
faults: $(VENV)/.dev  ## N seeded schedules of faults, kills and jobs at once on each tracker
	@$(BIN)/python -m tests.campaign all $(FIRST) $(N)

requests: $(VENV)/.dev  ## how many requests a sync of 1,000 and 10,000 tickets makes
	@$(BIN)/python -m tests.benchmarks.tracker_requests

WORK ?= /tmp/ticketbot-identity
identity: $(VENV)/.dev  ## how fast findings are matched, and how well on real releases (from PyPI, into WORK)
	@$(BIN)/python -m tests.benchmarks.identity_scale
	@$(BIN)/python -m tests.benchmarks.identity_sources $(WORK)

check: test inspect  ## everything that must hold before a push
	@echo "check: all good"

# All of `check` but the tests, for .ci/run, which has just run them.
inspect: lint types imports schemas examples wheel

lint: $(VENV)/.dev
	@echo "== ruff"
	@$(BIN)/ruff format --check . || { echo "Not formatted: run \`make format\`."; exit 1; }
	@$(BIN)/ruff check --quiet .

types: $(VENV)/.dev
	@echo "== mypy"
	@$(BIN)/mypy

imports: $(VENV)/.dev
	@echo "== import contracts"
	@$(BIN)/lint-imports --no-logo

schemas: $(VENV)/.dev
	@echo "== schemas"
	@.ci/schemas $(BIN)/ticketbot

examples: $(VENV)/.dev
	@echo "== examples"
	@.ci/examples $(BIN)/python

wheel: $(VENV)/.dev
	@echo "== wheel"
	@.ci/wheel $(BIN)/python

format: $(VENV)/.dev  ## format the code, and mend what ruff can mend
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

dist: $(VENV)/.dev  ## sdist and wheel in dist/
	@rm -rf dist
	@$(BIN)/python -m build --outdir dist .

clean:  ## remove everything that was made here, the environment included
	@rm -rf $(VENV) build dist .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.runtime: pyproject.toml
	@.ci/environment "$(VENV)" . $(or $(PYTHON),$(CANDIDATES))
	@touch $@

$(VENV)/.dev: pyproject.toml
	@.ci/environment "$(VENV)" ".[dev]" $(or $(PYTHON),$(CANDIDATES))
	@touch $@ $(VENV)/.runtime
