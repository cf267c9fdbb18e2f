#!/bin/sh
# Make an environment for each peer that is measured beside us, below .bench, so that their pins do
# not touch ours. What cannot be made here is said, and its row of the table says so too.
set -eu
mkdir -p .bench

made() { [ -f ".bench/$1/.installed" ]; }

install() { # folder, Python, package
  echo "Installing $3 to be measured beside us (a minute or two, this time only) ..."
  rm -rf ".bench/$1"
  "$2" -m venv ".bench/$1" \
    && ".bench/$1/bin/python" -m pip install --quiet --disable-pip-version-check "$3" \
    && touch ".bench/$1/.installed" \
    || { rm -rf ".bench/$1"; echo "$3 could not be installed: it is left out." >&2; }
}

find_python() { # oldest minor version
  for python in python3.14 python3.13 python3.12 python3 "$HOME"/.pyenv/versions/3.1[2-9]*/bin/python; do
    "$python" -c "import sys, venv; sys.exit(sys.version_info < (3, $1))" 2>/dev/null && { echo "$python"; return; }
  done
  return 1
}

made langgraph-dev || install langgraph-dev .venv/bin/python 'langgraph-cli[inmem]'
made aegra || {
  if python=$(find_python 12); then install aegra "$python" aegra-api
  else echo "Aegra needs Python 3.12 or newer, which is not here: it is left out." >&2; fi
}
