#!/bin/sh
# Make sure that there is a Firefox for the tests of opened apps, and print where it is.
set -eu
find_firefox() {
  for name in "${TOGGLE_TEST_FIREFOX:-}" firefox-esr firefox; do
    [ -n "$name" ] && command -v "$name" 2>/dev/null && return
  done
  return 1
}
if find_firefox; then exit 0; fi
echo "Installing Firefox for the tests of opened apps ..." >&2
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  { apt-get update -qq && apt-get install -yqq --no-install-recommends firefox-esr; } >&2
fi
find_firefox || { echo "There is no Firefox for the tests of opened apps; install one." >&2; exit 1; }
