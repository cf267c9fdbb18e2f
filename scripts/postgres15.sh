#!/bin/sh
# Make sure that Postgres 15 is there for the tests: the oldest version the app promises to work with.
set -eu
programs=/usr/lib/postgresql/15/bin
[ ! -x "$programs/postgres" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Postgres 15 for the tests ..."
  # Its programs, and no server of the system's own that would hold port 5432.
  folder=/etc/postgresql-common/createcluster.d
  mkdir -p "$folder"
  trap 'rm -f "$folder/toggle-tests.conf"' EXIT
  echo "create_main_cluster = false" >"$folder/toggle-tests.conf"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends postgresql-15; } >/dev/null || true
fi
[ -x "$programs/postgres" ] || echo "There is no Postgres 15 here: the tests with it are skipped, and fail in CI." >&2
