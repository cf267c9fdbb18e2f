#!/bin/sh
# Make sure that libfaketime is there: one of the tests gives a worker a clock that is late.
set -eu
ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing libfaketime for the tests ..."
  apt-get update -qq && apt-get install -yqq --no-install-recommends libfaketime >/dev/null
else
  echo "libfaketime is missing, which a test needs. Install it: apt install libfaketime" >&2
  exit 1
fi
