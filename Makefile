# Each target sets up the environment that it needs first, in .venv or .venv-*.

PYTHON ?= python3
VENV ?= .venv
LOWEST ?= .venv-lowest
BENCH := .venv-bench
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
# All pages anew: the search loses words of pages that did not change.
SPHINX := $(BIN)/sphinx-build -q -W --keep-going -E -a -b html
# A process takes tests from the others when it has none left.
PARALLEL := --numprocesses auto --dist worksteal
# Tracing costs half as much as the tests: `make coverage` and .ci/run ask for it.
COVERAGE :=

# An environment is made again for another Python and in another folder.
define ORIGIN
import sys
if sys.version_info < (3, 11):
    sys.exit("Python 3.11 or later is needed, and %s is %d.%d. Try: make PYTHON=python3.12"
        % ((sys.executable,) + sys.version_info[:2]))
print(sys.version + sys.base_prefix)
endef

# What users install, a requirement with its lower bound on each line.
define BOUNDS
import tomllib
project = tomllib.load(open("pyproject.toml", "rb"))["project"]
print(*project["dependencies"], *sum(project["optional-dependencies"].values(), []), sep="\n")
endef
export ORIGIN BOUNDS

.DEFAULT_GOAL := help
.PHONY: help demo test coverage test-slow test-others test-all test-lowest audit check docs live fuzz \
	soak mutants installed bench bench-profile clean always

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

# Always looks, but touches the file only when it makes the environment.
%/.origin: always
	@origin="$$($(PYTHON) -c "$$ORIGIN") $(CURDIR)" || exit 1; \
	if ! $*/bin/python -c 'import pip' 2>/dev/null || [ "$$(cat $@ 2>/dev/null)" != "$$origin" ]; then \
		echo "$(PYTHON) -m venv --clear $*" && $(PYTHON) -m venv --clear $* && \
		echo "$$origin" > $@; \
	fi

# What users install, which is all that the demo needs.
$(VENV)/.package: $(VENV)/.origin pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --editable '.[async,cli,emulator]'
	touch $@

# A dependency group, which only pip 25.1 or later installs.
$(VENV)/.group-%: $(VENV)/.package
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group $*
	touch $@

demo: $(VENV)/.package ## tour the library, against an emulator or SUPABASE_URL
	$(BIN)/python docs/examples/tour.py

test: $(VENV)/.group-test ## run the tests
	$(PYTEST) -m "not slow" $(PARALLEL) $(COVERAGE)

coverage: COVERAGE := --cov
coverage: test ## run the tests with branch coverage, which must be complete

test-slow: $(VENV)/.group-slow ## run the slow tests: clusters, killed processes, web frameworks
	$(PYTEST) -m slow

test-others: ## run the tests on the other Pythons of this machine, from 3.11 up
	@pythons="$$(.ci/pythons $(PYTHON))" || exit 1; \
	echo "$$pythons" | while read -r version python && [ -n "$$version" ]; do \
		echo "Python $$version: $$python"; \
		$(MAKE) --no-print-directory test PYTHON="$$python" VENV=.venv-$$version \
			</dev/null || exit 1; \
	done

test-all: test test-others test-slow ## run all tests, on every Python of this machine

check: $(VENV)/.group-check ## ruff, mypy, pyright and the docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/python -m tests.typesafety.check
	$(SPHINX) docs docs/_build

docs: $(VENV)/.group-docs ## build the site into docs/_build
	$(SPHINX) docs docs/_build

live: $(VENV)/.group-test ## run the live tests against GOTRUE_URL, with GOTRUE_JWT_SECRET
	$(PYTEST) tests/server -rs

$(LOWEST)/.ready: $(LOWEST)/.origin pyproject.toml
	$(PYTHON) -c "$$BOUNDS" | sed 's/>=/==/' > $(LOWEST)/bounds.txt
	$(LOWEST)/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(LOWEST)/bin/python -m pip install --quiet --constraint $(LOWEST)/bounds.txt --editable . --group test
	touch $@

test-lowest: $(LOWEST)/.ready ## run the tests with the oldest libraries that may be used
	$(LOWEST)/bin/python -m pytest -m "not slow" $(PARALLEL)

# Users get the newest, which must be clean; of the oldest they should know.
audit: $(VENV)/.group-audit ## look for known vulnerabilities in what users install
	$(BIN)/python -c "$$BOUNDS" > $(VENV)/newest.txt
	sed 's/>=/==/' $(VENV)/newest.txt > $(VENV)/oldest.txt
	-$(BIN)/pip-audit --strict --progress-spinner off --requirement $(VENV)/oldest.txt
	$(BIN)/pip-audit --strict --progress-spinner off --requirement $(VENV)/newest.txt

fuzz: $(VENV)/.group-test ## call with random arguments and answers for ten minutes
	$(BIN)/python -m tests.fuzz

soak: $(VENV)/.group-test ## call an emulator through a proxy that harms for twenty minutes
	$(BIN)/python -m tests.fuzz.soak

mutants: $(VENV)/.group-mutants ## see whether the tests find changes of the code
	$(BIN)/mutmut run
	$(BIN)/mutmut results
	$(BIN)/mutmut export-cicd-stats
	cat mutants/mutmut-cicd-stats.json

$(BENCH)/.ready: $(BENCH)/.origin pyproject.toml
	$(BENCH)/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BENCH)/bin/python -m pip install --quiet '.[async,cli,emulator]' --group bench
	touch $@

installed: $(BENCH)/.ready # the package as it is now, as users have it
	$(BENCH)/bin/python -m pip install --quiet --no-deps .

bench: installed ## measure the library beside its peers for about ten minutes
	$(BENCH)/bin/python -m tests.bench

bench-profile: installed ## show where the time of one call goes
	$(BENCH)/bin/python -m tests.bench.where

clean: ## remove what the targets made
	rm -rf .venv .venv-* mutants .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist docs/_build
