# Two commands matter: `make run` and `make test`. Nothing to install but Python >= 3.11, pip and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run setup test browser lint bench soak lock clean

run: setup  ## Load the demo kabupaten and start pages, scheduler and workers; Ctrl-C stops them
	@$(BIN)/sahut demo
	@$(BIN)/sahut run

setup: $(VENV)/run.done  ## Build .venv from the hash-pinned locks

test: $(VENV)/dev.done lint  ## Style, types, import rules, and every test that needs nothing but this checkout
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not browser"

browser: $(VENV)/dev.done  ## The tests in a real Chromium (Debian: apt install chromium)
	$(BIN)/python -m pytest -m browser

lint: $(VENV)/dev.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml aggregator plugins web

bench: $(VENV)/dev.done  ## Measure cost as ratios to a floor, and accuracy against a real WordPress
	$(BIN)/python -m bench

soak: $(VENV)/dev.done  ## Long fault runs: killed workers, a lost queue
	$(BIN)/python -m pytest -q tests/soak
	$(BIN)/python -m tests.reliability.kills --n 200

lock:  ## Renew the locks (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --extra build --output-file requirements/run.txt pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --extra build --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt pyproject.toml

clean:  ## Remove the virtual environment; the data stays
	rm -rf $(VENV) build *.egg-info

$(VENV)/python.done:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Sahut needs Python 3.11 or newer; name one with: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.done: $(VENV)/python.done requirements/run.txt pyproject.toml
	$(PIP) install --quiet --require-hashes -r requirements/run.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.done: $(VENV)/run.done requirements/dev.txt
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	@touch $@
