# `make reports` and `make test` each work as the first command after a clone: they make .venv and install what they need.
PYTHON ?= python3
VENV := .venv
PEERS := .venv-peers
BIN := $(VENV)/bin
export PYTHONHASHSEED := 0
# The matrices are small: threads of linear algebra would only wait for each other.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help reports teacher api test fuzz lab notebooks scores bench peers lock clean

help:            ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 18

# Installed anew only when what is asked for has changed.
$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed; set PYTHON=/path/to/it")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed requirements-test.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

reports: $(VENV)/.installed          ## execute the notebooks and write the HTML report to reports/index.html (a minute; then only what changed)
	$(BIN)/python -m utils report

teacher: $(VENV)/.installed          ## write the teacher's edition to reports-teacher: plans, solutions, an exam (a minute; less after reports)
	$(BIN)/python -m utils report --edition teacher --out reports-teacher

api: $(VENV)/.installed-test         ## write the report with a page on each module of the code, linked at its foot (a minute)
	$(BIN)/python -m utils api
	$(BIN)/python -m utils report

test: $(VENV)/.installed-test        ## check style and types, and run every test (some 8 minutes on two cores)
	$(BIN)/ruff check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest -n 2 --dist worksteal

fuzz: $(VENV)/.installed-test        ## read 100,000 damaged lists, others every time (the tests read 2,000); FUZZ_CASES=... for more (some 5 minutes)
	FUZZ_CASES=$${FUZZ_CASES:-100000} $(BIN)/python -m pytest tests/test_fuzz.py -q -s -n 0

lab: $(VENV)/.installed              ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb

notebooks: $(VENV)/.installed        ## make notebooks/*.ipynb and notebooks/exercises from notebooks/source; FORCE=1 drops edits that stand in them alone (a minute for all)
	$(BIN)/python -m utils.course.exercises $(if $(FORCE),--force)
	$(BIN)/python -m utils.publishing.notebooks $(if $(FORCE),--force)

scores: $(VENV)/.installed           ## run the backtests whose scores in data/scores are no longer current (a minute for all)
	$(BIN)/python -m utils scores

bench: $(VENV)/.installed-test       ## measure speed and accuracy beside named rivals (some 3 minutes without the rivals)
	$(BIN)/python benchmarks/statements.py
	$(BIN)/python benchmarks/paths.py
	$(BIN)/python benchmarks/flow.py
	$(BIN)/python benchmarks/hidden_days.py
	$(BIN)/python benchmarks/refits.py
	$(BIN)/python benchmarks/what_if.py
	$(BIN)/python benchmarks/ask.py
	$(BIN)/python benchmarks/peers.py --peers $(PEERS)

# One of the rivals holds pandas below the version that the project needs: they live apart.
$(PEERS)/.installed: benchmarks/peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/peers.txt
	@touch $@

peers: $(PEERS)/.installed           ## install the named rivals of `make bench` in an environment of their own

# The second holds all of the first, in the same versions, and what the tests need.
COMPILE = $(BIN)/python -m uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	--no-emit-package will-aid-trucks-reach-350-a-day requirements.txt pyproject.toml

lock: $(VENV)/.installed-test        ## write both locks and LICENCES.md anew from the newest versions in range
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) -o requirements.lock
	$(COMPILE) --extra test -c requirements.lock -o requirements-test.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	$(BIN)/python tests/licences.py

clean:           ## remove what can be made again
	rm -rf $(VENV) $(PEERS) reports reports-teacher .pytest_cache .hypothesis .ruff_cache .cache
