"""Nest folders deeper than any path can name, hiding files at the bottom."""

import os
from pathlib import Path

from told import attempt


def dig() -> int:
    for number in range(15_000):
        Path("d").mkdir(mode=0o700)
        os.chdir("d")
    Path("hidden").write_bytes(bytes(1024 * 1024))
    Path("closed").mkdir(mode=0)
    return number


try:
    dig()
except OSError as error:
    print(error)
attempt("to be left over: what was dug is removed", lambda: os.stat("/nothing"))
