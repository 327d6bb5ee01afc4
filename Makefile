# Two commands are enough: `make run` and `make test`. Everything is installed into .venv/, from locks with hashes.

PYTHON ?= python3
BIN := .venv/bin
# A checkout that was moved or copied gets a new .venv: the old one's files name the old place.
HERE := $(shell printf '%s' '$(CURDIR)' | cksum | cut -d' ' -f1)
RUN := .venv/.run-$(HERE)
TEST := .venv/.test-$(HERE)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
# Twice the processors of a small machine: many tests wait for real processes, browsers and clocks.
PYTEST_WORKERS ?= 4

.DEFAULT_GOAL := help
.PHONY: help run test check format words lock bench soak clean

help: ## Show what can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

run: $(RUN) ## Try Seloste with invented people on http://localhost:8000 (another port: PORT=8001 make run)
	@exec $(BIN)/python -m seloste.config.cli demo

test: $(TEST) ## Run every test
	@.ci/browser
	@$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist worksteal

check: $(TEST) ## Check format, style, types, floors, migrations, and the notice against the database
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy
	@$(BIN)/python -m seloste.config.cli makemigrations --check --dry-run
	@$(BIN)/python -m seloste.config.cli check --fresh

format: $(TEST) ## Format the code
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

words: $(RUN) ## Collect the words of code and pages and compile their translations
	@.ci/words

lock: $(TEST) ## Renew the locks from pyproject.toml
	@.ci/lock

bench: $(RUN) ## Measure search, person page and notice over synthetic registers (minutes)
	@$(BIN)/python -m bench

soak: $(TEST) ## Run the tests with larger samples over and over, in another order each time, until Ctrl+C or a failure
	@while SELOSTE_SOAK=1 $(BIN)/python -m pytest -n $(PYTEST_WORKERS); do :; done

clean: ## Remove what was installed and built; the data in var/ stay
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(RUN): requirements/build.lock requirements/run.lock pyproject.toml
	@.ci/python $(PYTHON)
	@echo 'Installing into .venv/ (only the first time) …'
	@test -e $@ || $(PYTHON) -m venv --clear .venv
	@$(PIP) --require-hashes -r requirements/build.lock -r requirements/run.lock
	@PATH='$(CURDIR)/$(BIN)':"$$PATH" $(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

$(TEST): $(RUN) requirements/test.lock
	@echo 'Installing what the tests need …'
	@$(PIP) --require-hashes -r requirements/test.lock
	@touch $@
