# Every command of this checkout. `make` alone prints this list; a target's text stands behind its two hashes.

PYTHON ?= python3
export PYTHONDONTWRITEBYTECODE =  # compiled once, not in each of the hundreds of processes of a test run
export PORT ?= 8000
export FEED_PORT ?= 8765
ROWS ?= 10000000
VENV = .venv

.PHONY: help run serve migrate audit test lint coverage backup restore prune fuzz faults venues-check bench-watch bench-venues bench-ledger bench-page screenshot clean

help:  ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' Makefile

run: $(VENV)/installed $(if $(filter ccxt:%,$(SOURCE)),$(VENV)/installed-ccxt)  ## start everything: the desk, the API, a price feed and the watch; SOURCE=coinbase TICKERS=BTC-USD for real prices
	@exec $(VENV)/bin/python scripts/run.py

serve: $(VENV)/installed  ## serve the ledger in production; needs DEBUG=false, SECRET_KEY, ALLOWED_HOSTS and DB_* in .env; BIND=, CERTFILE=, KEYFILE=
	@$(VENV)/bin/python trading_system/manage.py check --deploy --fail-level WARNING
	@$(VENV)/bin/python trading_system/manage.py collectstatic --noinput --verbosity 0
	@exec $(VENV)/bin/python trading_system/manage.py serve $(if $(BIND),--bind "$(BIND)") \
		$(if $(CERTFILE),--certfile "$(CERTFILE)") $(if $(KEYFILE),--keyfile "$(KEYFILE)")

migrate: $(VENV)/installed  ## create or upgrade the tables
	@$(VENV)/bin/python trading_system/manage.py migrate

test: $(VENV)/installed-readers $(VENV)/installed-notify $(VENV)/installed-hours $(VENV)/installed-ccxt  ## run the tests
	@$(VENV)/bin/python -m pytest

lint: $(VENV)/installed-dev $(VENV)/installed-bench $(VENV)/installed-notify  ## run the linters and the type checker
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

audit: $(VENV)/installed-dev  ## look for known vulnerabilities of the installed packages; asks PyPI
	$(VENV)/bin/pip-audit --disable-pip --no-deps -r requirements.txt

coverage: $(VENV)/installed-dev $(VENV)/installed-readers $(VENV)/installed-notify $(VENV)/installed-hours $(VENV)/installed-ccxt  ## run the tests and show which lines they miss
	$(VENV)/bin/python -m pytest --cov --cov-report=term-missing:skip-covered

backup: $(VENV)/installed  ## save the database to backups/trading-TIME.dump; FILE= for another file
	@$(VENV)/bin/python trading_system/manage.py backup $(if $(FILE),"$(FILE)")

restore: $(VENV)/installed  ## load FILE= into an empty database
	@$(VENV)/bin/python trading_system/manage.py restore $(if $(FILE),"$(FILE)")

prune: $(VENV)/installed  ## delete candles of the market older than MARKET_CANDLE_DAYS, and old answers of Idempotency-Keys
	@$(VENV)/bin/python trading_system/manage.py prune

fuzz: export FUZZ_CASES ?= 1000
fuzz: $(VENV)/installed  ## send thousands of random requests and files; FUZZ_CASES=10000 for more
	@$(VENV)/bin/python -m pytest --timeout=1800 trading_system/trades/tests/test_fuzz.py trading_system/alerts/tests/test_fuzz.py trading_system/market/tests/test_schema.py trading_system/trades/tests/test_bulk_property.py

faults: $(VENV)/installed  ## kill workers and databases, fill disks, send hostile traffic; half an hour, as root
	@FAULTS=whole $(VENV)/bin/python -m pytest --numprocesses=0 -p no:randomly -q tests/faults

venues-check: $(VENV)/installed  ## ask each venue whether we still understand it; a minute, with internet
	@PYTHONPATH=websocket_simulator $(VENV)/bin/python scripts/venues_check.py

bench-watch: $(VENV)/installed-bench  ## measure the speed of the watch; three minutes
	@PYTHONPATH=websocket_simulator $(VENV)/bin/python benchmarks/bench_watch.py

bench-venues: $(VENV)/installed-bench  ## measure the speed of real markets, to ccxt and cryptofeed; 13 minutes, MARKET_SECONDS=60 for a first look
	@PYTHONPATH=websocket_simulator $(VENV)/bin/python benchmarks/bench_venues.py

bench-ledger: $(VENV)/installed-bench  ## measure the speed of the ledger with ten million trades; ROWS=200000 for a first look
	@PYTHONPATH=trading_system $(VENV)/bin/python benchmarks/bench_ledger.py $(ROWS)

bench-page: $(VENV)/installed-bench  ## measure the speed of the page in Chromium; PAGE_SECONDS=20 for a first look
	@PYTHONPATH=trading_system:scripts $(VENV)/bin/python benchmarks/bench_page.py

screenshot: $(VENV)/installed  ## take docs/desk.png again
	@$(VENV)/bin/python scripts/screenshot.py

clean:  ## remove the virtual environment, caches and build/
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/installed: requirements.txt
	@$(PYTHON) scripts/install.py $(VENV) $< $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@$(PYTHON) scripts/install.py $(VENV) $< $@

$(VENV)/installed-bench: requirements-bench.txt $(VENV)/installed
	@$(PYTHON) scripts/install.py $(VENV) $< $@

$(VENV)/installed-readers: requirements-readers.txt $(VENV)/installed
	@$(PYTHON) scripts/install.py $(VENV) $< $@

$(VENV)/installed-notify: requirements-notify.txt $(VENV)/installed
	@$(PYTHON) scripts/install.py $(VENV) $< $@

$(VENV)/installed-hours: requirements-hours.txt $(VENV)/installed
	@$(PYTHON) scripts/install.py $(VENV) $< $@

$(VENV)/installed-ccxt: requirements-ccxt.txt $(VENV)/installed
	@$(PYTHON) scripts/install.py $(VENV) $< $@
