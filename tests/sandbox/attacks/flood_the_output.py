"""Print without end."""

import os

import told  # noqa: F401  says that it began

line = b"x" * 65536
while True:
    os.write(1, line)
