"""Fill the disk with files each of which is allowed."""

import os
from pathlib import Path

from told import TARGET, attempt


def fill() -> int:
    for number in range(TARGET["too_many_megabytes"] // 8):
        Path(str(number)).write_bytes(os.urandom(1024 * 1024) * 8)
    return number


attempt("disk", fill)
