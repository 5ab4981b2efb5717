# Two commands matter: `make run` and `make test`. Python 3.11 or newer is all they need.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv/bin
GOLDEN ?= golden/demo.yaml

.DEFAULT_GOAL := help
.PHONY: help run test lint axe lighthouse contact-sheet bench evaluate evaluate-report install install-dev

help:
	@echo "make run        install, prepare and serve the site at http://127.0.0.1:$(PORT) (PORT= changes the port)"
	@echo "make test       install and run every test"
	@echo "make lint       look for mistakes, format and forbidden imports"
	@echo "make evaluate   ask the golden questions and print how many are answered right"
	@echo "make evaluate-report  the same with every variant, into docs/evaluation.md and docs/evaluation.html"
	@echo "make axe        look for mistakes in accessibility with axe-core, in every state; the numbers into docs/axe.md"
	@echo "make lighthouse rate every kind of page with Lighthouse, as a phone sees it, into docs/lighthouse.md"
	@echo "make contact-sheet  picture every page and state of the chat, in docs/screenshots"
	@echo "make bench      measure speed and memory, and print a table"

install:
	@$(PYTHON) site_project/install.py

install-dev:
	@$(PYTHON) site_project/install.py --dev

run: install
	@exec $(VENV)/python -m site_project.run --port $(PORT)

test: install-dev
	@$(VENV)/python manage.py prepare_model
	@for name in chromium-headless-shell chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit; done; \
	 echo "Chromium is not on this machine: the browser tests will be skipped."
	@command -v npm >/dev/null || echo "npm is not on this machine: accessibility will not be tested with axe-core."
	@command -v xgettext >/dev/null || echo "GNU gettext is not on this machine: makemessages will not be run."
	@$(VENV)/python -m pytest -n logical --maxprocesses 2 $(ARGS)

lint: install-dev
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/lint-imports

evaluate: install-dev
	@$(VENV)/python manage.py evaluate $(GOLDEN)

axe: install-dev
	@cd tests/browser && AXE_REPORT=docs/axe.md ../../$(VENV)/python -m pytest -v \
	 test_axe.py test_site_axe.py test_notices.py test_chat_axe.py partners/test_axe.py

# The site's own index is asked, so it must be the demo site's: `make run` once, or import_content and reindex.
evaluate-report: install-dev
	@$(VENV)/python manage.py evaluate $(GOLDEN) --modes quotes,retrieval,llm,llm-unchecked,llm-alone --ablations \
	 --markdown docs/evaluation.md --html docs/evaluation.html

bench: install-dev
	@$(VENV)/python -m bench

lighthouse: install-dev
	@$(VENV)/python manage.py prepare_model
	@$(VENV)/python -m bench.lighthouse

contact-sheet: install-dev
	@$(VENV)/python manage.py prepare_model
	@$(VENV)/python -m bench.contact_sheet
