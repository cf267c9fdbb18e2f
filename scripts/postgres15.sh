#!/bin/sh
# Make sure that Postgres 15, the oldest supported version, is there for the tests. Debian 12 has it.
# Elsewhere the tests name what is missing; TEST_POSTGRES_PROGRAMS can point to any version's programs.
set -eu
[ -x /usr/lib/postgresql/15/bin/initdb ] && exit 0
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || exit 0
echo "Installing Postgres 15 for the tests ..."
apt-get update -qq
apt-get install -yqq --no-install-recommends postgresql-common >/dev/null
# Only its programs are needed, no server of the system's.
sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
apt-get install -yqq --no-install-recommends postgresql-15 >/dev/null 2>&1 \
  || echo "Postgres 15 is not among this system's packages; its tests will say so." >&2
