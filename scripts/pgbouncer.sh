#!/bin/sh
# Make sure that PgBouncer is there for the tests. Debian has it. Elsewhere its tests say that it is
# missing.
set -eu
command -v pgbouncer >/dev/null 2>&1 && exit 0
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || exit 0
echo "Installing PgBouncer for the tests ..."
apt-get update -qq
# Only its program is needed: while this file says no, the package does not start its service.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod +x $policy
fi
apt-get install -yqq --no-install-recommends pgbouncer >/dev/null 2>&1 \
  || echo "PgBouncer is not among this system's packages; its tests will say so." >&2
