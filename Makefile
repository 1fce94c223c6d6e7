# Two commands are enough: `make run` and `make test`. Each sets up what it needs.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
export DATA_DIR ?= $(CURDIR)/.data
# Images set it; here it would have each of hundreds of processes compile everything anew.
unexport PYTHONDONTWRITEBYTECODE
ARGS ?=

.PHONY: help setup setup-dev run test check bench simulate reminded law burst storm tamper reload faults migrating drill audit lock messages screenshots clean

help:
	@echo "make run       serve a demo county on http://127.0.0.1:8000 (PORT, DATA_DIR)"
	@echo "make test      run the whole suite (ARGS='tests/scheduling -k rotation')"
	@echo "make setup     only the virtual environment and what the portal runs on"
	@echo "make check     lint, types, architecture, templates, translations, dependencies"
	@echo "make bench     the benchmarks, as ratios"
	@echo "make simulate  five years of fifty counties, day by day (YEARS, COUNTIES, SEED)"
	@echo "make reminded  five years of reminders of 200 counties, beside an independent ledger (YEARS, COUNTIES, SEED)"
	@echo "make law       a million attempts on cases, legal and illegal, against a model of the law (ATTEMPTS, SEED)"
	@echo "make burst     a crowd of 10,000 ten times, 20 crashes, 100,000 guesses, 10,000 hostile files, 200 races of each kind (CROWD, ROUNDS, CRASHES, GUESSES, FILES)"
	@echo "make storm     100,000 messages while their senders are killed 1,000 times (MESSAGES, KILLS, SEED, BY=run_messages,celery)"
	@echo "make tamper    10,000 random changes of what is kept for ever, as superuser: each must be found (CHANGES, SEED)"
	@echo "make reload    100 reloads of the web server while 10,000 requests come in (RELOADS, REQUESTS)"
	@echo "make faults    what make test leaves out for its length: portals that are cut off, killed, reloaded, migrated, stormed, on a replica, without room or cache"
	@echo "make migrating 10,000 requests while the database is migrated to a next release and back; 40 times killed meanwhile (REQUESTS)"
	@echo "make drill     back the demo county up, work on, restore it to a moment beside itself and look at it (DRILL_MOMENTS: to so many)"
	@echo "make audit     known vulnerabilities of the pinned packages (needs the network)"
	@echo "make screenshots  take the README's screenshots anew"
	@echo "make messages  find the texts to translate and compile the catalogues"
	@echo "make lock      write the lock files anew after changing requirements*.txt"

$(PY):
	@command -v $(PYTHON) >/dev/null || { echo "Python is not installed: install Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$$($(PYTHON) --version) is too old: the portal needs Python 3.11 or newer (make run PYTHON=/path/to/python3.11)."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "The virtual environment could not be made: install Python's venv module (Debian: python3-venv) and look at the free space."; exit 1; }

# The stamps hold what is installed; a lock that changed is installed again, and nothing else is.
$(VENV)/.run: requirements.lock | $(PY)
	@echo " setup | installing what the portal runs on"
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run | $(PY)
	@echo " setup | installing what the tests and checks need"
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.run
setup-dev: $(VENV)/.dev

run: setup
	@exec $(PY) -m config.run

# The journeys need a Chromium, config/nginx.conf is tried with nginx; what is not there is not run, and this is said.
# Portals that are cut off, migrated, killed and stormed take minutes of their own, which `make faults` has; `make test` says so.
APART := $(addprefix tests/faults/,test_migrating.py test_key_rotation.py test_herd.py test_partition.py test_replica.py test_cache.py \
	test_full_disks.py test_killed_and_starved.py test_reload.py test_five_years.py test_everything_down.py test_long_locks.py \
	test_database_crash.py test_restore.py test_booking_burst.py test_lost_answers.py)
WITH_NGINX := tests/config/test_nginx.py tests/config/test_compose_runs.py
test: setup-dev
	@browser="$$($(PY) -m tests.journeys.browser)" || without="--ignore=tests/journeys"; \
	PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null || without="$$without $(WITH_NGINX:%=--ignore=%)"; \
	PATH="$$PATH:/usr/sbin" command -v pgbouncer >/dev/null || without="$$without --ignore=tests/config/test_pgbouncer.py"; \
	DATA_DIR="$(DATA_DIR)/test" HASTY=1 CHROMIUM="$$browser" $(PY) -m config.environment $(PY) -m pytest $$without \
		$(if $(findstring tests/,$(ARGS)),,$(APART:%=--ignore=%)) $(ARGS); status=$$?; \
	$(PY) -m config.embedded stop "$(DATA_DIR)/test"; \
	$(if $(findstring tests/,$(ARGS)),,echo "make faults runs, beside this: $(APART)";) \
	case "$$without" in *journeys*) echo "NOT RUN: tests/journeys, for want of a Chromium. Install one, or name it: make test CHROMIUM=/path/to/chromium";; esac; \
	case "$$without" in *nginx*) echo "NOT RUN: $(WITH_NGINX), for want of nginx. Install it to try config/nginx.conf";; esac; \
	case "$$without" in *pgbouncer*) echo "NOT RUN: tests/config/test_pgbouncer.py, for want of PgBouncer. Install it to try config/pgbouncer.ini";; esac; \
	exit $$status

# Taken by the journeys, so they show what one gets. Only those that are there are taken anew: `touch` begins another. LOOK names a folder for all.
screenshots: setup-dev
	@DATA_DIR="$(DATA_DIR)/test" SCREENSHOTS="$(CURDIR)/docs/screenshots" $(PY) -m config.environment $(PY) -m pytest tests/journeys

check: setup-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	@DATA_DIR="$(DATA_DIR)/test" $(PY) -m config.environment $(PY) -m mypy
	$(VENV)/bin/lint-imports
	$(PY) -m djlint templates --lint --quiet
	$(PY) -m pip check
	@DATA_DIR="$(DATA_DIR)/test" $(PY) -m config.environment $(PY) manage.py makemigrations --check --dry-run
	@DATA_DIR="$(DATA_DIR)/test" SITE_URL=https://localhost $(PY) -m config.environment $(PY) manage.py check --deploy --fail-level WARNING

bench: setup-dev
	@DATA_DIR="$(DATA_DIR)/bench" $(PY) -m config.environment $(PY) -m bench $(ARGS)

# One county is some minutes of work; they share the machine's processors.
simulate: setup-dev
	@DATA_DIR="$(DATA_DIR)/simulate" YEARS="$(or $(YEARS),5)" COUNTIES="$(or $(COUNTIES),50)" SEED="$(or $(SEED),1)" \
		$(PY) -m config.environment $(PY) -m pytest -n logical --dist worksteal tests/faults/test_five_years.py $(ARGS); status=$$?; \
	$(PY) -m config.embedded stop "$(DATA_DIR)/simulate"; exit $$status

# Some hours on two processors.
reminded: setup-dev
	@DATA_DIR="$(DATA_DIR)/reminded" YEARS="$(or $(YEARS),5)" COUNTIES="$(or $(COUNTIES),200)" SEED="$(or $(SEED),1)" \
		$(PY) -m config.environment $(PY) -m pytest -n logical --dist worksteal tests/faults/test_reminded_years.py $(ARGS); status=$$?; \
	$(PY) -m config.embedded stop "$(DATA_DIR)/reminded"; exit $$status

# A share for each processor; a million attempts take about an hour on two.
law: setup-dev
	@DATA_DIR="$(DATA_DIR)/law" ATTEMPTS="$(or $(ATTEMPTS),1000000)" SEED="$(or $(SEED),1)" SHARES="$$($(PY) -c 'import os; print(os.cpu_count())')" \
		$(PY) -m config.environment $(PY) -m pytest -n logical --dist worksteal tests/faults/test_law.py $(ARGS); status=$$?; \
	$(PY) -m config.embedded stop "$(DATA_DIR)/law"; exit $$status

tamper: setup-dev
	@DATA_DIR="$(DATA_DIR)/tamper" CHANGES="$(or $(CHANGES),10000)" SEED="$(or $(SEED),1)" \
		$(PY) -m config.environment $(PY) -m pytest -n 0 tests/faults/test_tampering.py $(ARGS); status=$$?; \
	$(PY) -m config.embedded stop "$(DATA_DIR)/tamper"; exit $$status

# What the suite does in small, whole: some hours on two processors. `make burst ARGS="-k crash"` does a part.
burst: setup-dev
	@mkdir -p "$(DATA_DIR)/burst"; rm -f "$(DATA_DIR)/burst/figures"; \
	DATA_DIR="$(DATA_DIR)/burst" FIGURES="$(DATA_DIR)/burst/figures" CROWD="$(or $(CROWD),10000)" ROUNDS="$(or $(ROUNDS),10)" \
		CRASHES="$(or $(CRASHES),20)" GUESSES="$(or $(GUESSES),100000)" FILES="$(or $(FILES),10000)" RACES="$(or $(RACES),200)" \
		$(PY) -m config.environment $(PY) -m pytest -n 0 -s -v tests/faults/test_booking_burst.py tests/faults/test_database_crash.py \
		tests/faults/test_guessing.py tests/faults/test_hostile_files.py tests/faults/test_races.py $(ARGS); status=$$?; \
	$(PY) -m config.embedded stop "$(DATA_DIR)/burst"; \
	paste -sd '|' "$(DATA_DIR)/burst/figures" | sed 's/|/ · /g'; exit $$status

# By `run_messages` alone, and again by Celery, whose broker is flushed every two seconds. The last line has the figures.
storm: setup-dev
	@mkdir -p "$(DATA_DIR)/storm"; rm -f "$(DATA_DIR)/storm/figures"; \
	DATA_DIR="$(DATA_DIR)/storm" FIGURES="$(DATA_DIR)/storm/figures" MESSAGES="$(or $(MESSAGES),100000)" KILLS="$(or $(KILLS),1000)" \
		SEED="$(or $(SEED),1)" BY="$(if $(BY),$(BY),run_messages,celery)" FAULTS=whole \
		$(PY) -m config.environment $(PY) -m pytest -n 0 -s -v tests/faults/test_message_faults.py tests/faults/test_message_storm.py $(ARGS); status=$$?; \
	$(PY) -m config.embedded stop "$(DATA_DIR)/storm"; \
	paste -sd '|' "$(DATA_DIR)/storm/figures" | sed 's/|/ · /g'; exit $$status

# About half an hour; it needs nginx.
reload: setup-dev
	@mkdir -p "$(DATA_DIR)/reload"; \
	DATA_DIR="$(DATA_DIR)/reload" RELOADS="$(or $(RELOADS),100)" REQUESTS="$(or $(REQUESTS),10000)" \
		$(PY) -m config.environment $(PY) -m pytest -n 0 -s -v tests/faults/test_reload.py $(ARGS); status=$$?; \
	$(PY) -m config.embedded stop "$(DATA_DIR)/reload"; exit $$status

# Full disks are small ones that are mounted, a cut line is one between two namespaces, and reloads are behind nginx.
faults: setup-dev
	@without=""; \
	$(PY) -m tests.faults.island possible || without="--ignore=tests/faults/test_partition.py"; \
	$(PY) -m tests.faults.disks 2>/dev/null || without="$$without --ignore=tests/faults/test_full_disks.py"; \
	PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null || without="$$without --ignore=tests/faults/test_reload.py"; \
	DATA_DIR="$(DATA_DIR)/faults" $(PY) -m config.environment $(PY) -m pytest $$without $(APART) $(ARGS); status=$$?; \
	$(PY) -m config.embedded stop "$(DATA_DIR)/faults"; \
	case "$$without" in *partition*) echo "NOT RUN: tests/faults/test_partition.py: it wants iproute2 and a network namespace of its own (unshare --net)";; esac; \
	case "$$without" in *full_disks*) echo "NOT RUN: tests/faults/test_full_disks.py, for want of the right to mount a disk. Run it as root, in a container with CAP_SYS_ADMIN";; esac; \
	case "$$without" in *reload*) echo "NOT RUN: tests/faults/test_reload.py, for want of nginx. Install it to try config/nginx.conf";; esac; \
	exit $$status

migrating: setup-dev
	@mkdir -p "$(DATA_DIR)/migrating"; \
	DATA_DIR="$(DATA_DIR)/migrating" REQUESTS="$(or $(REQUESTS),10000)" FAULTS=whole SEED="$(or $(SEED),1)" \
		$(PY) -m config.environment $(PY) -m pytest -n 0 -s -v tests/faults/test_migrating.py $(ARGS); status=$$?; \
	$(PY) -m config.embedded stop "$(DATA_DIR)/migrating"; exit $$status

# DRILL_MOMENTS restores the tests' county to so many random moments besides.
drill: setup
	@DATA_DIR="$(DATA_DIR)" $(PY) -m config.drill
	@test -z "$(DRILL_MOMENTS)" || $(MAKE) --no-print-directory test ARGS="-n 0 -s tests/faults/test_restore.py -k f38"

# What is known to be bad must be found first: an audit that sees nothing finds nothing wrong either.
audit: setup-dev
	@$(PY) -m pip_audit --disable-pip --no-deps -r tests/config/known_bad.txt 2>&1 | grep -Eq '(GHSA|PYSEC|CVE)-' || \
		{ echo "The audit does not find what is known to be bad (tests/config/known_bad.txt): it sees nothing. Is the network there?"; exit 1; }
	$(PY) -m pip_audit --strict --disable-pip --require-hashes -r requirements-dev.lock

messages: setup-dev
	$(PY) -m config.messages

LOCK := $(VENV)/bin/uv pip compile --quiet --generate-hashes --no-header --no-annotate --no-emit-index-url --python-version 3.11
lock: setup-dev
	$(LOCK) requirements.txt -o requirements.lock
	$(LOCK) requirements-dev.txt -o requirements-dev.lock

clean:
	@$(PY) -m config.embedded stop "$(DATA_DIR)"; $(PY) -m config.embedded stop "$(DATA_DIR)/test"; rm -rf "$(DATA_DIR)"
