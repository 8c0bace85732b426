# `make demo` and `make test` need Python 3.11 or later and make; they fetch the rest into .venv.
#
#   make PYTHON=/path/to/python3.12 test     another interpreter for .venv
#   make PYTHONS="3.12" smoke                another set for the smoke run

VENV    := .venv
BIN     := $(VENV)/bin
PIP     := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTHONS ?= 3.11 3.12 3.13
DEMO    := examples/lk-cn-2017-hambantota/terms.yaml

.PHONY: help demo test lint types layers unit coverage smoke tck fuzz bench guard format clean
.DEFAULT_GOAL := help

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.installed ## decide a real deal against the bundled pack
	@$(BIN)/policyengine evaluate $(DEMO) -p national-interest; code=$$?; \
	if [ $$code -eq 1 ]; then \
	  printf '\ndemo: the deal is rejected, as it should be (exit code 1)\n'; \
	else \
	  printf '\ndemo: FAILED, exit code %s where a reject (1) was expected\n' $$code; exit 1; \
	fi

test: lint types layers unit coverage smoke demo ## everything
	@echo "test: all passed"

lint: $(VENV)/.installed-dev ## style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev ## static types
	$(BIN)/mypy

layers: $(VENV)/.installed-dev ## which module may import which
	$(BIN)/lint-imports

unit: $(VENV)/.installed-dev ## the test suite, on every core
	rm -f .coverage .coverage.*
	$(BIN)/pytest -n auto --cov --cov-report=

coverage: ## every branch of the semantic core was taken in the last `make unit`
	$(BIN)/coverage report --fail-under=100

smoke: $(VENV)/.installed ## the wheel, installed and run on each interpreter found
	bash .ci/smoke $(PYTHONS)

tck: $(VENV)/.installed ## plain FEEL against a checkout of the DMN TCK: make tck DIR=path/to/tck
	@[ -n "$(DIR)" ] || { echo "usage: make tck DIR=path/to/tck (https://github.com/dmn-tck/tck)"; exit 2; }
	$(BIN)/python tests/tck/run_tck.py "$(DIR)"

fuzz: $(VENV)/.installed-dev ## executors against each other on generated policies: make fuzz SECONDS=3600 SEED=1 JOBS=2
	$(BIN)/python -m fuzz.differential --seconds $(or $(SECONDS),60) --seed $(or $(SEED),0) --jobs $(or $(JOBS),1)

# the peers have a folder of their own; without a C compiler durable-rules is left out, and listed
bench: pyproject.toml ## compare with other engines: make bench ARGS="--quick --guard"
	@[ -x .bench-venv/bin/python ] || $${PYTHON:-$$(sh .ci/find-python)} -m venv .bench-venv
	.bench-venv/bin/python -m pip --disable-pip-version-check --quiet install -e '.[bench]'
	-@.bench-venv/bin/python -m pip --disable-pip-version-check --quiet install -e '.[rete]'
	.bench-venv/bin/python -m benchmarks $(ARGS)

guard: $(VENV)/.installed-dev ## the benchmark's own limits, without the peers
	$(BIN)/python -m benchmarks --quick --guard

format: $(VENV)/.installed-dev ## put the code in shape
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

clean: ## remove everything that was generated
	rm -rf $(VENV) .bench-venv build dist .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@python="$(PYTHON)"; \
	[ -n "$$python" ] || python=$$(sh .ci/find-python) || { \
	  echo "No Python 3.11 or later that can make virtual environments was found."; \
	  echo "The python3 on PATH is: $$(python3 -V 2>&1 || echo none)."; \
	  echo "Install one (on Debian and Ubuntu with its python3-venv package), or name it:"; \
	  echo "  make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }; \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$$python is $$("$$python" -V 2>&1); Python 3.11 or later is needed."; exit 1; }; \
	echo "Making $(VENV) with $$("$$python" -V)"; "$$python" -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(PIP) install -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) install -e '.[dev]'
	sh .ci/install-rete $(BIN)/python
	@touch $@
