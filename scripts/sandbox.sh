#!/bin/sh
# Make sure that there is a sandbox for the gates: bubblewrap.
set -eu
command -v bwrap >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing bubblewrap, the sandbox of the checks ..."
  apt-get update -qq && apt-get install -yqq --no-install-recommends bubblewrap >/dev/null
else
  echo "The sandbox of the checks is missing. Install it: apt install bubblewrap" >&2
  exit 1
fi
