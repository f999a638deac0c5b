# The front door. `make help` lists the verbs; PORT, HOST, VAR_DIR and the variables of the README go with `make run`.

PYTHON ?= python3
RUN := .venv/bin/python
LIGHTHOUSE := benchmarks/lighthouse/node_modules/.package-lock.json
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard troubleshoot/locale*/*/LC_MESSAGES/*.po))

# The suite starts Python some hundred times: what was compiled once is read, whatever the environment says.
test: export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: run test check lock help relevance bench bench-pages crash fuzz soak admin browser catalogues screenshots lighthouse
.DELETE_ON_ERROR:

run: .venv/.runtime catalogues ## Serve the portal on http://127.0.0.1:8000 (PORT=, HOST= and VAR_DIR= change that)
	@$(RUN) manage.py prepare
	@exec .venv/bin/gunicorn

test: .venv/.dev .venv-api/.made catalogues browser ## Run the whole test suite, browser tests included (ARGS= narrows it)
	$(RUN) -m pytest -n auto $(ARGS)

check: .venv/.dev catalogues ## Check format, lint, types, import layers, migrations and the settings of a deployment
	$(RUN) -m ruff format --check
	$(RUN) -m ruff check
	$(RUN) -m mypy
	@echo "import layers"
	@$(RUN) -c "from importlinter.cli import lint_imports_command as check; check()" --no-logo
	$(RUN) manage.py makemigrations --check --dry-run
	@.ci/audit
	set -a && . ./production.env.example && set +a && $(RUN) manage.py check --deploy --fail-level WARNING

relevance: .venv/.runtime ## Ask search the golden queries: which share finds its entry first (ARGS=--misses shows the rest)
	@$(RUN) -m benchmarks.relevance $(ARGS)

bench: .venv/.bench ## Measure search beside other engines (SIZES=1000,50000,500000, CORPUS= a file of real entries)
	@$(RUN) -m benchmarks.search $(if $(SIZES),--sizes $(SIZES)) $(if $(CORPUS),--corpus $(CORPUS)) $(ARGS)

bench-pages: .venv/.runtime catalogues ## Measure pages against an empty Django view under the same gunicorn (ARGS=--rounds 7; needs wrk)
	@$(RUN) -m benchmarks.pages $(ARGS)

crash: .venv/.runtime ## Kill a hundred processes that write content, and see that readers notice nothing and nothing is lost
	@$(RUN) -m benchmarks.crash $(ARGS)

soak: .venv/.dev catalogues ## Try for half an hour what must never happen: kills, outages, an upgrade, leaks (ARGS="--only kills --share 0.1")
	@$(RUN) -m benchmarks.soak $(ARGS)

fuzz: .venv/.runtime catalogues ## Ask the portal 100,000 requests that nobody would send (ARGS="--requests 1000 --seed 2")
	@$(RUN) -m benchmarks.fuzz $(ARGS)

screenshots: .venv/.dev catalogues browser ## Picture every type of page, wide, narrow, dark, in both languages, into var/screenshots (ARGS=--readme)
	@$(RUN) -m benchmarks.face screenshots $(ARGS)

lighthouse: .venv/.dev catalogues browser $(LIGHTHOUSE) ## Audit pages as on a phone, in both languages (needs node and npm; ARGS=--rounds 1)
	@$(RUN) -m benchmarks.face lighthouse $(ARGS)

lock: ## Write the hashes of the pinned packages anew after a pin has changed (needs uv)
	@for name in requirements requirements-dev requirements-audit requirements-api; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
			$$name.txt --output-file $$name.lock || exit 1; done

admin: .venv/.runtime catalogues ## Create an administrator for /admin/
	@$(RUN) manage.py prepare
	@$(RUN) manage.py createsuperuser

help: ## Say what each verb does
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

# What the verbs stand on. Each is made once, and again when what it is made from has changed.

# Of two first starts one waits for the other; one that was killed half-way is made anew.
IN_TURN := flock .make.lock sh -c
HAS_PIP := .venv/bin/python -m pip --version >/dev/null 2>&1

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "The portal needs Python 3.11 or newer.")'
	@$(IN_TURN) '$(HAS_PIP) || $(PYTHON) -m venv --clear .venv' || { rm -rf .venv; echo "Python needs its venv module: on Debian or Ubuntu, apt install python3-venv."; exit 1; }

.venv/.runtime: requirements.lock | .venv/bin/python
	@$(IN_TURN) '$(HAS_PIP) || $(PYTHON) -m venv --clear .venv'
	$(IN_TURN) '$(RUN) -m pip install --disable-pip-version-check --require-hashes -r requirements.lock'
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	$(RUN) -m pip install --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.venv-api/.made: requirements-api.lock | .venv/.runtime
	$(RUN) -m venv --clear .venv-api
	.venv-api/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-api.lock
	@touch $@

.venv/.bench: requirements-bench.txt .venv/.runtime
	$(RUN) -m pip install --disable-pip-version-check -r requirements-bench.txt
	@touch $@

catalogues: $(CATALOGUES)

%.mo: %.po | .venv/.runtime
	@$(RUN) -m babel.messages.frontend -q compile -i $< -o $@.part
	@mv $@.part $@

# Its version and those of all that it asks for are pinned in its lock file; git ignores where it is installed.
$(LIGHTHOUSE): benchmarks/lighthouse/package-lock.json
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "Lighthouse needs node (18.16 or newer) and npm: on Debian or Ubuntu, apt install nodejs npm."; exit 1; }
	npm ci --prefix $(<D) --ignore-scripts --no-audit --no-fund
	@touch $@

browser:
	@sh .ci/browser
