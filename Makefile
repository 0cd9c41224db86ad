# Thirtyfive: everything that installs, checks and ships it. `make` lists the targets.
#
# Needs Python 3.11, make and a package index. Everything else comes from requirements/*.txt, with every version and
# hash pinned, into .venv; a second run finds it there.

PORT ?= 8000
DATA ?=
NAME ?= $(if $(DATA),$(shell printf %s '$(notdir $(basename $(DATA:/=)))' | tr 'A-Z' 'a-z' | sed 's/[^a-z0-9_-]/-/g'),default)
JOBS ?= 3
IMAGE ?= thirtyfive
UV_VERSION := 0.13.9

PYTHON ?= $(shell for name in python3.11 python3 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo "$$name" && break; done)
VENV := .venv
IN_VENV := $(VENV)/bin/python
INSTALL := -m pip install --quiet --disable-pip-version-check --no-input --require-hashes

# As training sets it itself: TensorFlow keeps to errors.
export TF_CPP_MIN_LOG_LEVEL ?= 3
# The tests start hundreds of interpreters; where no bytecode may be written, each would compile the same modules anew.
test: export PYTHONDONTWRITEBYTECODE :=
run serve: export SERVICE_PORT ?= $(PORT)
run serve: export SERVICE_MODEL ?= $(NAME)

.DEFAULT_GOAL := help
.PHONY: help run train serve test lint types format lock size image image-gpu image-test clean

help: ## list these targets
	@echo 'make TARGET [NAME=VALUE ...]'
	@awk -F ': .*## ' '/^[a-z-]+:.*## / {printf "  %-12s%s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo 'PORT=8000 is where run and serve listen; DATA=FOLDER is what train learns from (without: the example), NAME=its own is the model.'

run: train ## install, train on the built-in example, serve it, and say how to try it
	@exec $(IN_VENV) -m service

train: $(VENV)/training ## train on DATA, or on the built-in example, and publish to models/
	@$(IN_VENV) -m training $(if $(DATA),'$(DATA)') --name '$(NAME)'

serve: $(VENV)/training ## serve what is published in models/
	@exec $(IN_VENV) -m service

test: lint types $(if $(filter Linux-x86_64,$(shell uname -sm | tr ' ' -)),$(VENV)-triton/triton) ## run every check: lint, types, tests
	@$(IN_VENV) -m pytest --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder -m 'not ray'
	@$(IN_VENV) -m pytest -m ray $$(grep -rl --include='test_*.py' 'pytest\.mark\.ray' tests)

lint: $(VENV)/test ## check style and layout with ruff
	@$(IN_VENV) -m ruff check .
	@$(IN_VENV) -m ruff format --check .

types: $(VENV)/test ## check types with mypy
	@$(IN_VENV) -m mypy

format: $(VENV)/test ## mend what ruff can mend by itself
	@$(IN_VENV) -m ruff check --fix .
	@$(IN_VENV) -m ruff format .

size: $(VENV)-service/service ## print the installed size of what the service needs; fail over 300 MB
	@$(VENV)-service/bin/python requirements/size.py --limit-megabytes 300

image: ## build the container image IMAGE with docker, buildah or podman
	@tests/container/build.sh service $(IMAGE)

image-gpu: ## build the image for NVIDIA GPUs
	@tests/container/build.sh gpu $(IMAGE)-gpu

image-test: $(VENV)/test ## build the image and run it: non-root, read-only, answering
	@IMAGE_TEST=1 $(IN_VENV) -m pytest tests/container

clean: ## remove environments and caches; published models stay
	rm -rf $(VENV) $(VENV)-service $(VENV)-triton $(VENV)-lock build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Environments. Each folder holds one empty file for each lock that is installed in it, as new as that installation.

$(VENV)/training $(VENV)/test: $(VENV)/%: requirements/%.txt | $(VENV)/bin/python
	@echo 'Installing requirements/$*.txt into $(VENV) ...'
	@$(IN_VENV) $(INSTALL) --no-compile --requirement $<
	@$(IN_VENV) -m compileall -qq -j 0 -x '/tests/' $(VENV)/lib || true  # on all cores, of which pip would use one
	@touch $@

$(VENV)-triton/triton: tests/training/triton/requirements.txt | $(VENV)-triton/bin/python
	@echo 'Installing a Triton Inference Server into $(VENV)-triton ...'
	@$(VENV)-triton/bin/python $(INSTALL) --requirement $<
	@touch $@

$(VENV)-service/service: requirements/service.txt | $(VENV)-service/bin/python
	@$(VENV)-service/bin/python $(INSTALL) --requirement $<
	@touch $@

%/bin/python:
	@test -n '$(PYTHON)' || { echo 'Python 3.11 was not found. Install it (Debian: apt-get install python3.11 \
	python3.11-venv), or name it: make PYTHON=/path/to/python3.11' | tr -s '\t ' ' ' >&2; exit 1; }
	@$(PYTHON) -m venv $*

# Locks. The ranges stand in pyproject.toml and nowhere else. The largest lock is made first and the smaller ones are
# held to it, so that every environment has the same version of everything. The Triton server's stands apart, since its
# Python backend needs numpy 1; its wheel is for manylinux_2_35.

COMPILE = UV_CUSTOM_COMPILE_COMMAND='make lock' $(VENV)-lock/bin/uv --no-config pip compile pyproject.toml --quiet --upgrade --generate-hashes \
	--no-emit-index-url --annotation-style line --python-version 3.11 \
	--python-platform x86_64-manylinux_2_28

lock: | $(VENV)-lock/bin/python ## choose versions anew from pyproject.toml's ranges and write requirements/*.txt
	@$(VENV)-lock/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(COMPILE) --extra service --extra training --extra batch --extra ray --extra plots --extra test --output-file requirements/test.txt
	$(COMPILE) --extra service --extra training --constraint requirements/test.txt --output-file requirements/training.txt
	$(COMPILE) --extra service --constraint requirements/training.txt --output-file requirements/service.txt
	$(COMPILE) --extra service --extra formats --constraint requirements/training.txt --output-file requirements/service-formats.txt
	$(COMPILE) --extra service-gpu --constraint requirements/service.txt --output-file requirements/service-gpu.txt
	$(subst pyproject.toml,tests/training/triton/requirements.in,$(subst 2_28,2_35,$(COMPILE))) --output-file tests/training/triton/requirements.txt
