# The daily commands. Each is a thin line over scripts/; CONTRIBUTING.md says when to use which.
SHELL := /bin/bash
PY := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-deep explore check bench screenshots messages lock clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

CATALOGUES := $(wildcard hongzhu/locale/en/LC_MESSAGES/*.po hongzhu/*/locale/en/LC_MESSAGES/*.po \
	hongzhu/*/*/locale/en/LC_MESSAGES/*.po)

setup: .venv/.stamp .venv/.messages  ## virtual environment, locked packages, compiled catalogues (quick when nothing changed)

.venv/.stamp: requirements/dev.txt requirements/base.txt pyproject.toml scripts/setup
	@scripts/setup

.venv/.messages: .venv/.stamp $(CATALOGUES)
	@$(PY) -m hongzhu.kit.messages compile && touch $@

demo: setup  ## fill the demo database, then serve it and print address and accounts
	@.venv/bin/hongzhu demo
	@.venv/bin/hongzhu serve

test: setup  ## everything but the deep tests, on SQLite and PostgreSQL, with browser and coverage
	@scripts/test

test-deep: setup  ## the long tests (server kills, random trees) on both databases
	@scripts/test deep

explore: setup  ## property tests with new random examples, twenty times as many
	@HONGZHU_EXPLORE=$${HONGZHU_EXPLORE:-20} scripts/test explore

check: setup  ## format, lint, arrows, types, migrations, packs, catalogues
	@scripts/check

bench: setup  ## one line per bar; fails when one falls short
	@scripts/bench

screenshots: setup  ## pictures of the key pages, at both widths and on A4, into screenshots/
	@$(PY) -m tests.browser.screenshots

messages: setup  ## bring the English catalogues up to date and compile them
	@$(PY) -m hongzhu.kit.messages update
	@$(PY) -m hongzhu.kit.messages compile

lock: setup  ## rewrite requirements/*.txt from requirements/*.in
	@scripts/lock

clean:  ## remove what the commands above made, except the demo's data
	@scripts/postgres remove; scripts/postgres remove bench
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist screenshots var/test
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
	find hongzhu -name '*.mo' -delete
