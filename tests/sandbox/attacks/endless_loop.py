"""Keep the processor busy for ever."""

import told  # noqa: F401

while True:
    pass
