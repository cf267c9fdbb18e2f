"""Keep the processor busy for ever."""

import told  # noqa: F401  says that it began

while True:
    pass
