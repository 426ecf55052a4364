# One word for each task, the same on a desk and in CI. Needs Python 3.11 or later with pip, and make; nothing else.
#
#   make run         set up, study the United States and China, write both reports into out/
#   make test        set up, with the text extra, and pass the quick tests
#   make test-core   the same without the text extra
#   make test-slow   the tests that take longer
#   make setup-text  add the text extra (torch and what belongs to it) to the environment
#   make check       lint, layout and types
#   make doctor      examine the installation
#   make docs        print the reference from the code, and the examples' outputs from running them
#   make bench       measure what is promised
#   make lock        resolve the locks again (make lock UPGRADE=--upgrade takes newer versions)
#   make lock-check  whether the locks still fit pyproject.toml
#   make clean       remove the environment and what was made
#
# Another Python: make run PYTHON=python3.12. pip's own settings (PIP_*, pip.conf) are respected.

PYTHON ?= python3
VENV ?= .venv
OUT ?= out
ARGS ?=
UPGRADE ?=

# Our matrices are small: threads of the linear algebra would wait for each other longer than they work.
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1

SHELL := /bin/sh
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SUFFIXES:

BIN := $(VENV)/bin
BASE_SUM := $(shell cat requirements/base.txt pyproject.toml | cksum | cut -d' ' -f1)
DEV_SUM := $(shell cksum < requirements/dev.txt | cut -d' ' -f1)
TEXT_SUM := $(shell cat requirements/torch.txt requirements/torch-cuda.txt requirements/torch-cpu.txt requirements/text.txt | cksum | cut -d' ' -f1)
TOOLS_SUM := $(shell cksum < requirements/text-tools.txt | cut -d' ' -f1)
# A stamp says that the environment is whole and made from exactly these locks. It is written last and lies inside the
# environment, so that half an environment has none and is made anew.
BASE := $(VENV)/.base-$(BASE_SUM)
DEV := $(VENV)/.dev-$(BASE_SUM)-$(DEV_SUM)
TEXT := $(VENV)/.text-$(BASE_SUM)-$(TEXT_SUM)
TOOLS := $(VENV)/.tools-$(BASE_SUM)-$(TEXT_SUM)-$(TOOLS_SUM)

# A stamp is not believed when a package was deleted, the Python behind the environment is gone, or the checkout moved.
ifneq ($(wildcard $(BASE)),)
ifneq ($(shell "$(BIN)/python" requirements/whole.py $(if $(wildcard $(TEXT)),text) 2>/dev/null),whole)
.PHONY: $(BASE)
endif
endif

# The environment's own pip, or where Debian's Python makes environments without one, the system's.
PIP = $$("$(BIN)/python" -m pip --version >/dev/null 2>&1 && echo "$(BIN)/python -m pip" || echo "$(PYTHON) -m pip --python $(BIN)/python")
INSTALL = install --quiet --no-input --disable-pip-version-check

.PHONY: run test test-core test-slow setup-text check doctor docs bench lock lock-check clean

run: $(BASE)
	@"$(BIN)/longwave" study USA CHN --lang en --lang zh --out "$(OUT)" $(ARGS)

test: $(DEV) $(TOOLS)
	@"$(BIN)/python" -m pytest -n auto --dist loadfile $(ARGS)

test-core: $(DEV)
	@"$(BIN)/python" -m pytest -n auto --dist loadfile --core $(ARGS)

test-slow: $(DEV) $(TOOLS)
	@"$(BIN)/python" -m pytest -m "slow and not device" $(ARGS)

setup-text: $(TEXT)
	@echo "The text extra is in $(VENV)." >&2

check: $(DEV)
	@"$(BIN)/ruff" check .
	@"$(BIN)/ruff" format --check .
	@"$(BIN)/mypy"

doctor: $(BASE)
	@"$(BIN)/longwave" doctor $(ARGS)

docs: $(BASE)
	@"$(BIN)/python" docs/reference/print_cli.py > docs/reference/.cli.part
	@mv docs/reference/.cli.part docs/reference/cli.md
	@"$(BIN)/python" docs/measures/print_index.py > docs/measures/.index.part
	@mv docs/measures/.index.part docs/measures/index.md
	@"$(BIN)/python" docs/print_tour.py

bench: $(BASE)
	@for each in import_time study_time panel_query; do "$(BIN)/python" "benchmarks/$$each.py" || exit 1; done

clean:
	rm -rf "$(VENV)" "$(OUT)" build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BASE):
	@command -v "$(PYTHON)" >/dev/null 2>&1 || \
	  { echo "longwave needs Python 3.11 or later, and there is no '$(PYTHON)'. Name yours: make PYTHON=/path/to/python" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "longwave needs Python 3.11 or later; '$(PYTHON)' is $$("$(PYTHON)" -V 2>&1). Name another: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up in $(VENV) (only the first time; one to three minutes) ..." >&2
	@if "$(PYTHON)" -c 'import ensurepip' 2>/dev/null; \
	  then "$(PYTHON)" -m venv --clear "$(VENV)"; \
	  else "$(PYTHON)" -m venv --clear --without-pip "$(VENV)"; fi
	@$(PIP) $(INSTALL) --require-hashes -r requirements/base.txt
	@$(PIP) $(INSTALL) --no-deps --no-build-isolation -e .
	@touch "$@"

$(DEV): $(BASE)
	@echo "Adding the tools for tests, lint and types ..." >&2
	@$(PIP) $(INSTALL) --require-hashes -r requirements/dev.txt
	@touch "$@"

# torch comes by itself, so that pip takes the build that its settings offer. Among builds whose hashes are all allowed pip
# prefers one whose index tells the hash to a wheel in a folder, which tells none: so the CPU build is asked for first, by a
# constraint, and the registry's where there is none. Which came is asked of the metadata; nothing is imported. The registry's
# Linux build wants the CUDA packages.
TORCH = $(PIP) $(INSTALL) --require-hashes --no-deps -r requirements/torch.txt
TORCH_BUILD = "$(BIN)/python" -c 'from importlib.metadata import version; print(version("torch"))'

$(TEXT): $(BASE)
	@echo "Adding the text extra (only the first time; two to fifteen minutes). With a CPU build of torch 0.4 GB to fetch and" >&2
	@echo "1.3 GB on disk; with the registry's Linux build and its CUDA packages 2.9 GB and 5.1 GB. torch ..." >&2
	@$(TORCH) -c requirements/torch-cpu.txt >/dev/null 2>&1 || $(TORCH)
	@case "$$($(TORCH_BUILD))" in \
	  *+cpu) ;; \
	  *) echo "The packages of this build of torch ..." >&2; \
	     $(PIP) $(INSTALL) --require-hashes --no-deps -r requirements/torch-cuda.txt ;; esac
	@echo "transformers, onnxruntime, the default base and what belongs to them ..." >&2
	@$(PIP) $(INSTALL) --require-hashes -r requirements/text.txt
	@touch "$@"

$(TOOLS): $(TEXT)
	@echo "Adding search, explanation and tracking for text models ..." >&2
	@$(PIP) $(INSTALL) --require-hashes -r requirements/text-tools.txt
	@touch "$@"

# uv only makes the locks: it does not read pip's settings, so it never installs.
COMPILE = build/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
  --no-annotate --no-emit-index-url
LOCKS = base dev torch torch-cpu torch-cuda text text-tools

build/uv/bin/uv:
	@"$(PYTHON)" -m venv --clear build/uv
	@build/uv/bin/python -m pip $(INSTALL) uv==0.13.9

# Resolves in build/lock, where today's pins lie as what to prefer; UPGRADE=--upgrade takes newer ones.
.PHONY: build/lock
build/lock: build/uv/bin/uv
	@rm -rf build/lock && mkdir -p build/lock && cp requirements/*.txt requirements/*.in build/lock/
	@cd build/lock && cat base.txt text.txt torch.txt torch-cuda.txt > with-text.txt && cat with-text.txt text-tools.txt > with-tools.txt
	@$(COMPILE) $(UPGRADE) pyproject.toml build/lock/build.in -o build/lock/base.txt
	@$(COMPILE) $(UPGRADE) build/lock/dev.in -o build/lock/dev.txt
	@$(COMPILE) $(UPGRADE) pyproject.toml --extra text -c build/lock/base.txt -c build/lock/dev.txt -o build/lock/with-text.txt
	@$(COMPILE) $(UPGRADE) pyproject.toml --extra text --extra text-tools -c build/lock/with-text.txt -c build/lock/dev.txt \
	  -o build/lock/with-tools.txt
	@"$(PYTHON)" requirements/part.py build/lock

lock: build/lock
	@for each in $(LOCKS); do cp "build/lock/$$each.txt" requirements/ || exit 1; done
	@rm -rf build/lock

lock-check: build/lock
	@for each in $(LOCKS); do diff "requirements/$$each.txt" "build/lock/$$each.txt" || \
	  { echo "The locks do not fit pyproject.toml or requirements/*.in. Run: make lock" >&2; exit 1; }; done
	@rm -rf build/lock
