#!/bin/sh
# Make the virtual environment and install one of the requirements files into it, once.
# Usage: scripts/setup.sh requirements.txt [option of pip]
set -eu
requirements=$1
shift
stamp=.venv/.installed-$requirements
if [ -f "$stamp" ] && cmp -s "$requirements" "$stamp"; then exit 0; fi

fail() { echo "Production Toggle cannot be set up: $1" >&2; exit 1; }

find_python() {
  for name in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$name"; return; }
  done
  return 1
}

if [ ! -x .venv/bin/python ]; then
  python=$(find_python) || fail "Python 3.11 or newer is needed. Install it, or name it: make run PYTHON=python3.12"
  echo "Making a virtual environment in .venv with $("$python" --version) ..."
  "$python" -m venv .venv || { rm -rf .venv; fail "the virtual environment could not be made (on Debian and Ubuntu: apt install python3-venv)."; }
fi
echo "Installing the packages of $requirements (a minute or two, this time only) ..."
.venv/bin/python -m pip install --quiet --disable-pip-version-check "$@" --requirement "$requirements" \
  || fail "the packages could not be installed; the lines above say why."
cp "$requirements" "$stamp"
