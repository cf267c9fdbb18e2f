#!/bin/sh
# Compile the pinned requirements from the ranges in pyproject.toml, for all platforms.
set -eu
command -v uv >/dev/null 2>&1 || { echo "uv is needed to compile the pins: pip install uv" >&2; exit 1; }
pin() { uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header "$@" pyproject.toml; }
pin --output-file requirements.txt
pin --extra dev --constraint requirements.txt --output-file requirements-dev.txt
