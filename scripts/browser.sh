#!/bin/sh
# Make sure that there is a Chromium for the browser tests, and print where it is.
set -eu
find_browser() {
  for name in "${TOGGLE_TEST_BROWSER:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    [ -n "$name" ] && command -v "$name" 2>/dev/null && return
  done
  .venv/bin/python - <<'PYTHON'
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    path = playwright.chromium.executable_path
print(path) if pathlib.Path(path).exists() else sys.exit(1)
PYTHON
}
if find_browser 2>/dev/null; then exit 0; fi
echo "Installing Chromium for the browser tests ..." >&2
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  { apt-get update -qq && apt-get install -yqq --no-install-recommends chromium chromium-headless-shell; } >&2
else
  .venv/bin/python -m playwright install chromium >&2
fi
find_browser || { echo "There is no Chromium for the browser tests; install one." >&2; exit 1; }
