# Everything a newcomer types. `make` alone lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := bantuan
PYTHON ?= python3
PORT ?= 8000
VAR ?= var
export PORT VAR

.PHONY: bantuan siap siap-uji run

bantuan: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

siap: ## make .venv with what the portal needs to run
	@$(PYTHON) deploy/siapkan.py jalan

siap-uji: ## make .venv with what the tests need, too
	@$(PYTHON) deploy/siapkan.py uji

run: siap ## start the portal and its engines on 127.0.0.1:$PORT
	@.venv/bin/python deploy/jalankan.py
