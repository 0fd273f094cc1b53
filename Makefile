# What to type: `make demo` shows the system at work, `make test` checks all of it. Each makes what it needs first.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test bench run requirements messages clean

# The first Python that is new enough; `make PYTHON=/path/to/python3 …` names another.
ifndef PYTHON
PYTHON := $(shell for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$python"; exit; }; done; \
	echo python3)
endif

VENV_PYTHON := .venv/bin/python
# Compiled modules are kept, in one folder, also where the surroundings keep none: dozens of processes start in a check,
# and each would spend half of its start on compiling what the one before has compiled.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.local/bytecode
unexport PYTHONDONTWRITEBYTECODE

help:
	@echo "make demo          load the city, play cases and their money, then serve the pages on port 8000"
	@echo "make demo CHECK=1  the same, but stop after the stories, with one line of JSON"
	@echo "make test          every check and test"
	@echo "make bench         measure, on servers of its own; prints a table, writes bench/latest.json (RECEIPTS=5000: of so many)"
	@echo "make run           serve the pages with the stored data, reloading on change"
	@echo "make messages      collect the texts to translate into locale/vi"
	@echo "make requirements  pin and hash requirements/*.in (UPGRADE=1: to the newest versions)"
	@echo "make clean         delete .venv, .local and everything else that was made here"

demo:
	@$(PYTHON) -m devservers bootstrap demo
	@$(VENV_PYTHON) -m devservers run -- $(VENV_PYTHON) manage.py demo $(if $(CHECK),--check)

test:
	@$(PYTHON) -m devservers bootstrap test
	@$(VENV_PYTHON) -m devservers check

bench:
	@$(PYTHON) -m devservers bootstrap demo
	@MEDIA_ROOT=$(CURDIR)/.local/bench-media $(VENV_PYTHON) -m devservers run --ephemeral -- \
		$(VENV_PYTHON) manage.py bench_receipts $(if $(RECEIPTS),--receipts $(RECEIPTS)); status=$$?; rm -rf .local/bench-media; exit $$status

run:
	@$(PYTHON) -m devservers bootstrap demo
	@$(VENV_PYTHON) -m devservers run -- $(VENV_PYTHON) manage.py runserver

messages:
	@$(PYTHON) -m devservers bootstrap test
	@$(VENV_PYTHON) -m devservers run --ephemeral -- $(VENV_PYTHON) manage.py makemessages --locale vi \
		--no-obsolete --add-location file --ignore .venv --ignore .local --ignore tests --ignore devservers

requirements:
	@$(PYTHON) -m devservers requirements $(if $(UPGRADE),--upgrade)

clean:
	@$(PYTHON) -m devservers clean
	@rm -rf .venv .local staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find locale -name '*.mo' -delete 2>/dev/null || true
