SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# A registry may drop a connection in the middle of a cold install; the second try starts from what is there.
BUILD := $(BIN)/python -m tools.build || $(BIN)/python -m tools.build
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: help run test test-long lint bench build messages clean

help: ## What can be made here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.runtime ## Start the product on http://localhost:3000, with the demo estate in it
	$(BUILD)
	$(BIN)/python -m estate_app run

test: $(VENV)/.dev ## Everything that must hold: lint, types, contracts, all tests, browser included
	$(MAKE) --no-print-directory --output-sync -j2 lint build
	$(BIN)/python -m pytest tests --ignore=tests/browser -n 2 --dist loadgroup -q -m "not long"
	CHROMIUM_PATH="$$($(BIN)/python -m tools.chromium)" $(BIN)/python -m pytest tests/browser -n 2 --dist loadgroup -q -m "not long"

test-long: $(VENV)/.dev ## The long chaos and property runs
	$(BIN)/python -m pytest tests -q -m long --timeout=3600

lint: $(VENV)/.dev ## Style, types, who may import whom, the catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.messages --check
	$(BIN)/python -m tools.miniprogram check

bench: $(VENV)/.dev ## One JSON line a measure, beside the machine's own limit
	$(BUILD)
	CHROMIUM_PATH="$$($(BIN)/python -m tools.chromium)" $(BIN)/python -m bench

build: $(VENV)/.runtime ## The production build of the pages
	$(BUILD)

clean: ## Forget builds and caches (never data)
	rm -rf .web .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)

$(VENV)/.runtime: requirements.txt constraints.txt | $(VENV)/bin/python
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt constraints.txt | $(VENV)/bin/python
	$(PIP) -r requirements-dev.txt
	@touch $@ $(VENV)/.runtime
