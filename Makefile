# `make` or `make help` lists what there is. Everything lands in .venv/ and instance/; nothing else on the machine is touched.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run serve test lint screens messages bench bench-crash bench-measurement bench-placement bench-planning bench-province bench-forms bench-correction lock wheels clean

# The newest Python this machine has, 3.11 or later; `make run PYTHON=/path/to/python3.12` chooses another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
# A folder of wheels for a machine without a network: `make run WHEELS=wheels` (docs/install.md).
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check $(if $(WHEELS),--no-index --find-links $(WHEELS))
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 2
export LMS_INSTANCE ?= $(CURDIR)/instance

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

run: $(BIN)/.installed ## set up the sample county in ./instance if that is empty, then serve it
	@if [ -n "$$(ls -A "$$LMS_INSTANCE" 2>/dev/null)" ]; then $(BIN)/lms setup; else $(BIN)/lms setup --sample; fi
	@$(BIN)/lms serve --host $(HOST) --port $(PORT) --workers $(WORKERS)

test: $(BIN)/.installed-dev ## every test: both databases and the journeys in a real browser (TESTS=… for some of them)
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist loadgroup $(TESTS)

lint: $(BIN)/.installed-dev ## ruff over the whole tree
	$(BIN)/ruff check .

screens: $(BIN)/.installed-dev ## the pictures of every part in docs/screens/, taken from a fresh sample county
	$(BIN)/python -m tests.browser.screens

messages: $(BIN)/.installed-dev ## collect the texts to translate, update and compile the catalogues
	$(BIN)/pybabel -q extract -F babel.cfg -k N_ -k _l -k lazy_gettext -k lazy_ngettext:1,2 --add-location=file -w 140 -o $(VENV)/messages.pot --project=lms lms
	$(BIN)/pybabel -q update -i $(VENV)/messages.pot -d lms/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date -w 140
	$(BIN)/pybabel compile -d lms/translations --statistics

bench: $(BIN)/.installed-dev ## load over HTTP on a running server; figures as in docs/performance.md (ARGS=--postgresql)
	$(BIN)/python -m bench.http_load $(ARGS)

bench-crash: $(BIN)/.installed-dev ## kill -9 the server under a load of answers; is every acknowledged answer there?
	$(BIN)/python -m bench.crash $(ARGS)

bench-measurement: $(BIN)/.installed-dev ## accuracy and speed of the measurement model in one table, beside other rules on the same data
	$(BIN)/python -m bench.measurement $(ARGS)

bench-placement: $(BIN)/.installed-dev ## the adaptive placement beside a fixed form, and the questions our banks lack: writes docs/curriculum/placement.md
	@$(BIN)/python -m bench.placement --out docs/curriculum/placement.md $(ARGS)

bench-correction: $(BIN)/.installed-dev ## a wrong key with 200,000 answers put right while others answer, and taken back (ARGS="--officials 20000")
	@$(BIN)/python -m bench.correction $(ARGS)

bench-planning: $(BIN)/.installed-dev ## the plan optimiser: 500 × 60 exactly, a million officials by classes (ARGS="--officials 100000")
	@$(BIN)/python -m bench.planning $(ARGS)

bench-province: $(BIN)/.installed-dev ## a province of a million officials: every page of HR under load, exports, a plan (ARGS="--officials 50000 --units 2000")
	@$(BIN)/python -m bench.province $(ARGS)

bench-forms: $(BIN)/.installed-dev ## 1,000 simulated forms from every item bank: filled, evenly used, no reward for guessing (ARGS="--root FOLDER")
	@$(BIN)/python -m bench.forms $(ARGS)

lock: $(BIN)/.installed-dev ## compile requirements*.txt anew from the ranges in pyproject.toml
	$(PIP_INSTALL) 'pip-tools>=7.6'
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile $(LOCK) -o requirements.txt pyproject.toml
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile $(LOCK) --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml
# No addresses in the files: an installation chooses its own index, mirror or folder.
LOCK := --quiet --generate-hashes --allow-unsafe --strip-extras --build-deps-for editable \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

wheels: $(BIN)/.installed ## a folder ./wheels with all that an installation without a network needs
	$(BIN)/python -m pip download --quiet --require-hashes --only-binary :all: -r requirements.txt -d wheels
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation -w wheels .

clean: ## remove .venv and caches; never the instance
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .hypothesis

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or later with venv is needed (on Debian: apt-get install python3-venv)."; exit 1; }
	@echo "Creating $(VENV) with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv $(VENV)

$(BIN)/.installed: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing the pinned requirements …"
	@$(PIP_INSTALL) --require-hashes -r requirements.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/.installed-dev: requirements-dev.txt $(BIN)/.installed
	@echo "Installing the test tools …"
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@
