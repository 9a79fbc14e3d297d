# make demo | make test | make check: each does its own set-up; all it needs is python3 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: help demo test torture check lint types contracts format generate coverage mutants dist bench clean

help:
	@echo "make demo     play the weekly round on a throw-away ledger, in Chinese and in English"
	@echo "make test     run all tests (TESTS=tests/core: those; TESTS='tests/core -x')"
	@echo "make check    lint, types, import contracts, then all tests"
	@echo "make format   let ruff put the code in order"
	@echo "make generate write what is generated: catalogue, schemas, reference, tours (GOLDEN=1: golden files too)"
	@echo "make coverage line and branch coverage of all tests; fails below 92 %"
	@echo "make mutants  change operators, boundaries and constants at random; which change does no test notice"
	@echo "make torture  the long rounds of docs/reliability.md (ten minutes and more)"
	@echo "make bench    measure every goal as a ratio (BENCH=--large: a million tasks; BENCH='--only 2': that goal)"
	@echo "make dist     build the wheel and the sdist, install each into a clean environment and try it"

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "qplan needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Name another: make PYTHON=python3.12 demo"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "This Python has no venv. On Debian or Ubuntu: apt install python3-venv. Then run make again."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/made pyproject.toml constraints.txt
	$(PIP) -e '.[all]'
	@touch $@

$(VENV)/ready: $(VENV)/installed
	$(PIP) -e '.[all,dev]'
	@touch $@

demo: $(VENV)/installed
	@sh examples/demo.sh $(BIN)/qplan

# One worker for each core; a file's tests stay together, because their fixtures are made once a file.
PYTEST := -m pytest -n auto --dist loadfile

test: $(VENV)/ready
	$(BIN)/python $(PYTEST) $(TESTS)

coverage: $(VENV)/ready
	rm -rf build/coverage && mkdir -p build/coverage
	$(BIN)/python -m coverage run $(PYTEST)
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report

mutants: $(VENV)/ready
	$(BIN)/python tools/mutants.py $(MUTANTS)

torture: $(VENV)/ready
	$(BIN)/python tools/attacks.py

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/ready
	$(BIN)/mypy

contracts: $(VENV)/ready
	$(BIN)/lint-imports

check: lint types contracts test

format: $(VENV)/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generate: $(VENV)/ready
	$(BIN)/python tools/generate.py

dist: $(VENV)/ready
	sh tools/try_dist.sh $(BIN)/python

bench: $(VENV)/ready
	$(BIN)/python benchmarks/run.py $(BENCH)

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
