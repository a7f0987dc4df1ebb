# Everything a newcomer types. `make` alone lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := bantuan
PYTHON ?= python3
PORT ?= 8000
VAR ?= var
WORKERS ?= 2
ARGS ?=
export PORT VAR
# Compiled once, not by each of the dozens of processes that a portal and its tests start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: bantuan siap siap-uji peramban run test lint types bench gambar kunci bersih

bantuan: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

siap: ## make .venv with what the portal needs to run
	@$(PYTHON) deploy/siapkan.py jalan

siap-uji: ## make .venv with what the tests need, too
	@$(PYTHON) deploy/siapkan.py uji

peramban: ## install Chromium for the tests in a browser
	@bash deploy/peramban.sh

run: siap ## start the portal and its engines on 127.0.0.1:$PORT
	@.venv/bin/python deploy/jalankan.py

test: siap-uji peramban lint types ## check everything; ARGS="-k kata" chooses, WORKERS=0 runs in one process
	@.venv/bin/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

lint: siap-uji ## style and imports
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@PYTHONPATH=. .venv/bin/lint-imports --no-cache

types: siap-uji ## mypy: strict in the kernel
	@.venv/bin/mypy

bench: siap-uji ## figures beside their limits; the last line is JSON
	@.venv/bin/python -m bench

gambar: siap-uji peramban ## screenshots of the main pages into var/gambar
	@.venv/bin/python -m tests.browser.gambar

kunci: siap-uji ## write the lock files anew from setup.cfg
	@bash deploy/kunci.sh

bersih: ## remove .venv and caches; data in var/ stay
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis htmlcov .coverage* build
	@find portal tests deploy migrations -name __pycache__ -type d -prune -exec rm -rf {} +
	@rm -rf *.egg-info
