"""Do nothing for ever, deaf to every signal that can be ignored, with all output closed."""

import os
import signal
import time

import told  # noqa: F401  says that it began

for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except OSError:
        continue
for descriptor in range(3):
    os.close(descriptor)
while True:
    time.sleep(60)
