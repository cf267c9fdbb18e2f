#!/bin/sh
# Compile the pinned requirements from the ranges in pyproject.toml, for all platforms.
set -eu
command -v uv >/dev/null 2>&1 || { echo "uv is needed to compile the pins: pip install uv" >&2; exit 1; }
pin() { uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header "$@" pyproject.toml; }
# All extras first, so that one set of versions serves every installation.
pin --extra dev --extra anthropic --extra google --extra ollama --extra traces --output-file requirements-dev.txt
pin --constraint requirements-dev.txt --output-file requirements.txt
# The image has every provider's package: nothing can be installed into it later.
pin --extra anthropic --extra google --extra ollama --extra traces --constraint requirements-dev.txt --output-file requirements-image.txt
