"""Print without end."""

import os

import told  # noqa: F401

line = b"x" * 65536
while True:
    os.write(1, line)
