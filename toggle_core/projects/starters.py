"""Programs beside a downloaded project that start it by a double click, and open the browser."""

from collections.abc import Mapping
from typing import Final

SH: Final = """#!/bin/sh
# Starts this project. Needs Python 3.11 or newer, and nothing else.
cd "$(dirname "$0")" || exit 1
for python in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if command -v "$python" >/dev/null 2>&1 &&
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        exec "$python" start.py
    fi
done
echo "Python 3.11 or newer was not found. Get it from https://www.python.org/downloads/"
exit 1
"""

BAT: Final = """@echo off\r
rem Starts this project. Needs Python 3.11 or newer, and nothing else.\r
cd /d "%~dp0"\r
for %%P in ("py -3" "python" "python3") do (\r
    %%~P -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul\r
    if not errorlevel 1 (\r
        %%~P start.py\r
        pause\r
        exit /b\r
    )\r
)\r
echo Python 3.11 or newer was not found. Get it from https://www.python.org/downloads/\r
pause\r
"""

PYTHON: Final = '''"""Starts the project, and opens the browser at its page. Ctrl+C stops it."""

import os
import socket
import subprocess
import sys
import time
import webbrowser

ENTRY = {entry!r}


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """Run the program until it ends."""
    port = int(os.environ.get("PORT") or free_port())
    environment = {{**os.environ, "PORT": str(port), "HOST": "127.0.0.1"}}
    program = subprocess.Popen([sys.executable, ENTRY], env=environment)
    address = f"http://localhost:{{port}}/"
    try:
        while program.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
                continue
            print(f"It runs at {{address}} (Ctrl+C stops it).", flush=True)
            webbrowser.open(address)
            break
        return program.wait()
    except KeyboardInterrupt:
        program.terminate()
        return program.wait()


if __name__ == "__main__":
    sys.exit(main())
'''

EXECUTABLE: Final = frozenset({"start.sh", "start.command"})
"""Names of those that a system starts only where they may be executed."""


def starters_of(entry: str) -> Mapping[str, str]:
    """Text of the starters for Linux, macOS and Windows by their names.

    Args:
        entry: path of the file that starts the project's web program.
    """
    return {
        "start.py": PYTHON.format(entry=entry),
        "start.sh": SH,
        "start.command": SH,
        "start.bat": BAT,
    }
