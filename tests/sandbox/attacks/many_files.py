"""Make files without content until something runs out."""

import os

from told import attempt


def make() -> int:
    for number in range(2_000_000):
        os.close(os.open(str(number), os.O_CREAT | os.O_WRONLY))
    return number


attempt("files", make)
