# Each target sets up what it needs in .venv first.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BENCH := .venv-bench
LOWEST := .venv-lowest
# What users install, each with its lower bound.
BOUNDS := sed -n '/^dependencies/,/^]/s/^ *"\(.*\)",/\1/p; /^emulator/,/^]/s/^ *"\(.*\)",/\1/p' pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help demo test test-lowest audit check docs live fuzz soak mutants installed bench bench-profile clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

test: $(READY) ## run the tests, with branch coverage
	$(BIN)/coverage run -m pytest
	@report=$$($(BIN)/coverage report) || { echo "$$report"; exit 1; }

check: $(READY) ## ruff, mypy, pyright and the docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/python -m tests.typesafety.check
	$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build

demo: $(READY) ## tour the library, against an emulator or SUPABASE_URL
	$(BIN)/python docs/examples/tour.py

docs: $(READY) ## build the site into docs/_build
	$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build

live: $(READY) ## run the live tests against GOTRUE_URL, with GOTRUE_JWT_SECRET
	$(BIN)/pytest tests/live -rs

$(LOWEST)/.ready: pyproject.toml
	$(PYTHON) -m venv $(LOWEST)
	$(LOWEST)/bin/python -m pip install --quiet --upgrade pip
	$(BOUNDS) | sed 's/>=/==/' > $(LOWEST)/lowest.txt
	$(LOWEST)/bin/python -m pip install --quiet --constraint $(LOWEST)/lowest.txt --editable '.[dev]'
	touch $@

test-lowest: $(LOWEST)/.ready ## run the tests with the oldest libraries that may be used
	$(LOWEST)/bin/python -m pytest

audit: $(READY) ## look for known vulnerabilities in what users install, newest and oldest
	$(BOUNDS) > $(VENV)/newest.txt
	sed 's/>=/==/' $(VENV)/newest.txt > $(VENV)/oldest.txt
	$(BIN)/pip-audit --strict --progress-spinner off --requirement $(VENV)/newest.txt
	$(BIN)/pip-audit --strict --progress-spinner off --requirement $(VENV)/oldest.txt

fuzz: $(READY) ## call with random arguments and answers for ten minutes
	$(BIN)/python -m tests.fuzz

soak: $(READY) ## call an emulator through a proxy that harms for twenty minutes
	$(BIN)/python -m tests.fuzz.soak

mutants: $(READY) ## see whether the tests find changes of the code
	$(BIN)/mutmut run
	$(BIN)/mutmut results
	$(BIN)/mutmut export-cicd-stats
	cat mutants/mutmut-cicd-stats.json

$(BENCH)/.ready: pyproject.toml tests/bench/requirements.txt
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --upgrade pip
	$(BENCH)/bin/python -m pip install --quiet '.[emulator]' -r tests/bench/requirements.txt
	touch $@

installed: $(BENCH)/.ready # the package as it is now, as users have it
	$(BENCH)/bin/python -m pip install --quiet --no-deps .

bench: installed ## measure the library beside its peers, and the emulator
	$(BENCH)/bin/python -m tests.bench
	$(BENCH)/bin/python -m tests.bench.emulated

bench-profile: installed ## show where the time of one call goes
	$(BENCH)/bin/python -m tests.bench.where

clean: ## remove what the targets made
	rm -rf $(VENV) $(BENCH) $(LOWEST) mutants .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist docs/_build
