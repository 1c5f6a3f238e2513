# make run    the whole system: API, price feed and watch; Ctrl-C stops it
# make migrate  the database's tables, as this version wants them
# make serve  the ledger for others, in production: DEBUG=false in .env; BIND=, CERTFILE= and KEYFILE= as the README says
# make test   the tests
# make lint   what a contribution has to pass besides
# make audit  whether a weakness is known of what is installed; asks the advisories of PyPI
# make backup    the database in one file, backups/trading-TIME.dump; FILE=… for another
# make restore   FILE=… into an empty database
# make fuzz   1,000 requests made up from the API's description, on each of three seeds, and 1,000 files; FUZZ_CASES=10000 for more
# make faults what the system survives: databases and workers killed, full disks, rude clients; half an hour, as root
# make bench-watch   how fast the watch is
# make bench-ledger  how fast the ledger is, at ten million trades; make bench-ledger ROWS=200000 for a first look
# make bench-page    how fast the page is, in Chromium; PAGE_SECONDS=20 for a first look
# make screenshot    docs/desk.png, anew

PYTHON ?= python3
export PYTHONDONTWRITEBYTECODE =  # compiled once, not in each of the hundreds of processes of a test run
export PORT ?= 8000
export FEED_PORT ?= 8765
ROWS ?= 10000000
VENV = .venv

.PHONY: run serve migrate audit test lint coverage backup restore fuzz faults bench-watch bench-ledger bench-page screenshot clean

run: $(VENV)/installed
	@exec $(VENV)/bin/python scripts/run.py

serve: $(VENV)/installed
	@$(VENV)/bin/python trading_system/manage.py check --deploy --fail-level WARNING
	@$(VENV)/bin/python trading_system/manage.py collectstatic --noinput --verbosity 0
	@exec $(VENV)/bin/python trading_system/manage.py serve $(if $(BIND),--bind "$(BIND)") \
		$(if $(CERTFILE),--certfile "$(CERTFILE)") $(if $(KEYFILE),--keyfile "$(KEYFILE)")

migrate: $(VENV)/installed
	@$(VENV)/bin/python trading_system/manage.py migrate

test: $(VENV)/installed
	@$(VENV)/bin/python -m pytest

lint: $(VENV)/installed-dev $(VENV)/installed-bench
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

audit: $(VENV)/installed-dev
	$(VENV)/bin/pip-audit --disable-pip --no-deps -r requirements.txt

coverage: $(VENV)/installed-dev
	$(VENV)/bin/python -m pytest --cov --cov-report=term-missing:skip-covered

backup: $(VENV)/installed
	@$(VENV)/bin/python trading_system/manage.py backup $(if $(FILE),"$(FILE)")

restore: $(VENV)/installed
	@$(VENV)/bin/python trading_system/manage.py restore $(if $(FILE),"$(FILE)")

fuzz: export FUZZ_CASES ?= 1000
fuzz: $(VENV)/installed
	@$(VENV)/bin/python -m pytest --timeout=1800 trading_system/trades/tests/test_fuzz.py trading_system/trades/tests/test_bulk_property.py

faults: $(VENV)/installed
	@FAULTS=whole $(VENV)/bin/python -m pytest --numprocesses=0 -p no:randomly -q tests/faults

bench-watch: $(VENV)/installed
	@PYTHONPATH=websocket_simulator $(VENV)/bin/python benchmarks/bench_watch.py

bench-ledger: $(VENV)/installed-bench
	@PYTHONPATH=trading_system $(VENV)/bin/python benchmarks/bench_ledger.py $(ROWS)

bench-page: $(VENV)/installed-bench
	@PYTHONPATH=trading_system:scripts $(VENV)/bin/python benchmarks/bench_page.py

screenshot: $(VENV)/installed
	@$(VENV)/bin/python scripts/screenshot.py

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("error: Python 3.11 or later is needed, and $(PYTHON) is " + sys.version.split()[0] + "; name another with make PYTHON=…")'
	@echo "Making $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { echo "error: $(PYTHON) -m venv failed; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/installed: requirements.txt | $(VENV)/made
	@echo "Installing requirements.txt"
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)/installed-bench: requirements-bench.txt $(VENV)/installed
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@
