# Two commands for a newcomer: `make demo` and `make test`. Both need Python 3.11 or newer and make, nothing else.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
DEMO_OUT ?= demo_out
# Large tensors are freed and taken again all the time; keeping their memory halves the time of training.
TRAIN = MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=17179869184 $(VENV)-training/bin/analyser train corpora/cases --out models

.PHONY: help demo test test-training train lint types layers check lock bench clean

help: ## Show what make can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

demo: $(VENV)/.base ## Scan the shipped example notes and say where the report is
	@$(BIN)/analyser demo --out $(DEMO_OUT)

test: $(VENV)/.dev ## Run every test, setting up what they need
	@sh tests/browser/ensure_chromium.sh
	$(BIN)/python -m pytest -n auto --dist loadgroup -m "not benchmark_only" --benchmark-disable --ignore=tests/training

test-training: $(VENV)-training/.done ## Train a little and load it, in an environment of its own (torch)
	$(VENV)-training/bin/python -m pytest -q tests/training

train: $(VENV)-training/.done ## Train the shipped tiers again (an hour and a half on two cores)
	$(TRAIN) $(foreach file,$(sort $(wildcard corpora/contrasts/*.jsonl)),--contrasts $(file)) --teachers 2

lint: $(VENV)/.dev ## Ruff, linter and formatter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev ## mypy, strict
	$(BIN)/mypy

layers: $(VENV)/.dev ## Imports go one way
	$(BIN)/lint-imports

check: lint types layers ## All checks but the tests

bench: $(VENV)/.dev ## Timings, for people; nothing is asserted
	$(BIN)/python -m pytest tests/benchmarks -m benchmark_only -n 0 -q --benchmark-columns=min,median,rounds

lock: ## Write requirements/*.txt anew from pyproject.toml (needs the package index)
	$(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/pip install -q uv
	$(VENV)-lock/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml -o requirements/base.txt
	$(VENV)-lock/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml --group dev -o requirements/dev.txt
	$(VENV)-lock/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml --extra training --group training-tests -o requirements/training.txt
	rm -rf $(VENV)-lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: $(VENV)/bin/python requirements/base.txt pyproject.toml
	@echo "Setting up (once; a few minutes) ..."
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/base.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python requirements/dev.txt pyproject.toml
	@echo "Setting up for the tests (once; a few minutes) ..."
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@ $(VENV)/.base

$(VENV)-training/.done: requirements/training.txt pyproject.toml
	@echo "Setting up for training (once; a few minutes) ..."
	@$(PYTHON) -m venv $(VENV)-training
	@$(VENV)-training/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/training.txt
	@$(VENV)-training/bin/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

clean: ## Remove what make made
	rm -rf $(VENV) $(VENV)-training $(DEMO_OUT) .mypy_cache .ruff_cache .pytest_cache build dist
