#!/bin/sh
# Make sure that curl is there: a test runs the curl command of the export menu.
set -eu
command -v curl >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing curl for the tests ..."
  apt-get update -qq && apt-get install -yqq --no-install-recommends curl >/dev/null
else
  echo "curl is missing, which a test needs. Install it: apt install curl" >&2
  exit 1
fi
