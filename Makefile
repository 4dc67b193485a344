# `make demo` starts the archive, `make test` tests it, `make help` lists the rest.

PORT ?= 8000
HOST ?= 127.0.0.1
VENV := .venv
BIN := $(VENV)/bin
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))
TEMPLATES = $$(git ls-files '*.html')

# A machine without a locale must still read Cyrillic.
export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo serve test check bench format lock messages clean

help:  ## List the targets
	@sed -n 's/^\([a-z]*\):.*  ## \(.*\)/  make \1 \t\2/p' Makefile | expand -t 20

demo serve: export SITE_URL ?= http://$(HOST):$(PORT)

demo: $(VENV)/.base $(CATALOGUES)  ## Set up everything, load the demonstration records and serve
	$(BIN)/python manage.py migrate --noinput --verbosity 0
	$(BIN)/python manage.py demo
	@$(MAKE) --no-print-directory serve

serve: $(VENV)/.base $(CATALOGUES)  ## Serve again what `make demo` has set up (PORT=8000)
	@echo
	@echo "The archive:        http://$(HOST):$(PORT)/"
	@echo "The curators' room: http://$(HOST):$(PORT)/admin/"
	@echo "Stop with Ctrl-C."
	@echo
	@trap 'kill $$worker $$web 2>/dev/null; wait' EXIT; trap 'exit 130' INT TERM; \
	$(BIN)/python manage.py db_worker --verbosity 0 & worker=$$!; \
	$(BIN)/gunicorn portal.wsgi --bind $(HOST):$(PORT) --threads 4 --no-control-socket \
		--log-level warning & web=$$!; \
	wait $$web

test: $(VENV)/.test $(CATALOGUES)  ## Run every test on SQLite, on PostgreSQL and in a browser
	@BIN=$(BIN) .ci/test.sh

check: $(VENV)/.test $(CATALOGUES)  ## Check style, layers, migrations, settings and the catalogue
	@BIN=$(BIN) .ci/check.sh

bench: $(VENV)/.bench $(CATALOGUES)  ## Measure the search beside other engines (SIZE=10k, 100k or 1M)
	$(BIN)/python manage.py bench --size $(or $(SIZE),10k)

format: $(VENV)/.test  ## Put Python and templates into the shape that `make check` wants
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .
	-$(BIN)/djade --target-version 5.2 $(TEMPLATES)
	-$(BIN)/djhtml --tabwidth 2 $(TEMPLATES)

lock: $(VENV)/.test  ## Compile requirements/*.in into pinned, hashed lists (needs uv)
	for name in base test bench; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --no-emit-find-links --no-header --upgrade \
			requirements/$$name.in -o requirements/$$name.txt; \
	done

messages: $(VENV)/.test  ## Collect the strings to translate and compile the catalogues
	$(BIN)/python manage.py makemessages --all --no-obsolete --add-location file --no-wrap \
		--ignore .venv --ignore tests --verbosity 0
	$(BIN)/pybabel --quiet compile -d locale -D django

clean:  ## Remove everything that make has made, the demonstration's database too
	rm -rf $(VENV) db.sqlite3* staticfiles test-results .pytest_cache .ruff_cache .hypothesis \
		.import_linter_cache locale/*/LC_MESSAGES/django.mo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@.ci/venv.sh $(VENV)

$(VENV)/.base: requirements/base.txt | $(BIN)/python
	$(BIN)/pip install --quiet --require-hashes -r requirements/base.txt
	@touch $@

$(VENV)/.test: requirements/test.txt | $(BIN)/python
	$(BIN)/pip install --quiet --require-hashes -r requirements/test.txt
	@touch $@ $(VENV)/.base

$(VENV)/.bench: requirements/bench.txt | $(BIN)/python
	$(BIN)/pip install --quiet --require-hashes -r requirements/bench.txt
	@touch $@

%.mo: %.po | $(VENV)/.base
	$(BIN)/pybabel --quiet compile -i $< -o $@
