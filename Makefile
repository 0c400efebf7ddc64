# OctoLand: what there is to do. `make` alone lists it.

SHELL := /bin/sh
MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Ansible, Molecule and pytest start their own programs by name.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# A frame around Ansible's words breaks them in the middle.
export MOLECULE_COMMAND_BORDERS := false
unexport VIRTUAL_ENV PYTHONHOME PYTHONPATH

DISTRIBUTIONS := src/ramwire src/octoland-api src/octoland-tft src/octoprint-octoland
HOST := @tools/bootstrap/host.sh
ENGINE := @tools/bootstrap/engine.sh
STAGES := .venv/bin/python -m tools.stages

LOCKS := build dev fuzz octoprint tft
COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock"

.PHONY: help
help: ## list the targets
	@echo "OctoLand: make TARGET"
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- the virtual Pi ---------------------------------------------------------------------------------------------

.PHONY: demo demo-env demo-shot demo-stop demo-gcode
demo: venv ## the virtual Pi: prints the addresses of OctoPrint and of the screen
	$(HOST) image
	$(ENGINE) .venv/bin/python -m tools.virtual_pi up

demo-env: venv ## the running demo's addresses and key, as lines for a shell
	$(ENGINE) .venv/bin/python -m tools.virtual_pi env

demo-shot: venv ## what the demo's screen shows now: SHOT=FILE.png
	$(ENGINE) .venv/bin/python -m tools.virtual_pi shot "$(or $(SHOT),screen.png)"

demo-stop: venv ## stop the demo and remove it
	$(ENGINE) .venv/bin/python -m tools.virtual_pi stop

demo-gcode: venv ## slice the demo's G-code anew (needs prusa-slicer)
	$(HOST) slicer
	@.venv/bin/python -m tools.demo_gcode

# --- writing pages ----------------------------------------------------------------------------------------------

.PHONY: desk
desk: venv venv-octoprint ## OctoPrint, plugin and screen on this desktop, no container; reloads saved pages
	$(HOST) screen desk
	@.venv/bin/python -m tools.desk

# --- checks -----------------------------------------------------------------------------------------------------

.PHONY: test lint format test-ramwire test-pythons test-api test-plugin test-tft test-tools test-molecule test-e2e bench fuzz farm-scale storm
test: venv venv-octoprint ## every check there is, from nothing
	$(HOST) lint redis image screen browser
	$(ENGINE) $(STAGES)

lint: venv ## ruff, mypy, yamllint, ansible-lint, shellcheck, freshness of what is generated
	$(HOST) lint
	@$(STAGES) lint

format: venv ## format the Python code
	@.venv/bin/ruff check --fix-only --quiet . && .venv/bin/ruff format --quiet .

test-ramwire: venv ## the wire's library
	$(HOST) redis
	@$(STAGES) ramwire

test-pythons: venv ## the wire's library, on Python 3.9 and 3.13
	$(HOST) image
	$(ENGINE) $(STAGES) pythons

test-api: venv ## the table of verbs
	@$(STAGES) api

test-plugin: venv venv-octoprint ## the OctoPrint plugin, inside a real OctoPrint
	@$(STAGES) plugin

test-tft: venv ## the screen, on a virtual display
	$(HOST) screen
	@$(STAGES) tft

test-tools: venv ## the programs behind make, and those of the roles
	@$(STAGES) tools roles

test-molecule: venv ## the roles, on Debian 13 and 12
	$(HOST) image
	$(ENGINE) $(STAGES) molecule-trixie molecule-bookworm

test-e2e: venv ## a print by touch, on the demo
	$(HOST) image browser
	$(ENGINE) $(STAGES) demo e2e

bench: venv ## the wire beside its peers
	@.venv/bin/ramwire bench --against all

farm-scale: venv ## 10, 100 and 1,000 simulated printers on one Redis, and a console that calls them
	$(HOST) redis
	@.venv/bin/python -m tools.farm_scale

fuzz: venv ## every parser under a fuzzer guided by coverage, for FUZZ_S=60 seconds in all
	@.venv/bin/uv pip install --quiet --no-deps --require-hashes -r requirements/fuzz.txt
	@.venv/bin/python -m tests.ramwire.fuzz --seconds "$(or $(FUZZ_S),60)"

storm: venv ## a thousand kills of either end under load, over each wire; prints how soon a loss is told
	@.venv/bin/python -m ramwire.testing.storm ramdrive unix fifo mmap --kills 1000

# --- upkeep -----------------------------------------------------------------------------------------------------

.PHONY: docs reference pictures screen-pictures bench-picture lock hooks clean venv venv-octoprint
docs: venv ## make docs/verbs.md, the table of promises, the roles' README files and the catalogues anew
	@.venv/bin/python -m tools.verbs_doc
	@.venv/bin/python -m tools.promises_doc
	@.venv/bin/python -m tools.completions
	@.venv/bin/python -m tools.role_docs
	@.venv/bin/python -m tools.messages

reference: venv ## the library's reference, from its docstrings: artefacts/reference/ramwire.html
	@.venv/bin/pdoc -d markdown --no-show-source -o artefacts/reference ramwire ramwire.testing

pictures: test-e2e ## the README's picture, taken anew by the end-to-end tests
	@cp artefacts/e2e/15-home-printing.png docs/pictures/home-printing.png

screen-pictures: venv ## the pictures of docs/screen.md, taken anew by the gallery
	$(HOST) screen
	@.venv/bin/python -m tools.pictures

bench-picture: venv ## the README's comparison of wires, measured and drawn anew
	@.venv/bin/ramwire bench --against all --measure all --plot docs/pictures/bench.svg

lock: venv ## pin the newest versions that requirements/*.in allow
	@for lock in $(LOCKS); do $(COMPILE) --upgrade --output-file requirements/$$lock.txt requirements/$$lock.in || exit; done

hooks: venv ## run the checks before each commit
	@.venv/bin/pre-commit install

clean: ## remove all that make made here: environments, images' recipes, artefacts (stop the demo first)
	@rm -rf .venv .cache artefacts .mypy_cache .ruff_cache .pytest_cache .hypothesis .ansible
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv:
	@tools/bootstrap/venv.sh .venv requirements/dev.txt $(DISTRIBUTIONS)

venv-octoprint:
	$(HOST) octoprint
	@tools/bootstrap/venv.sh .cache/octoprint requirements/octoprint.txt $(filter-out src/octoland-tft,$(DISTRIBUTIONS))
