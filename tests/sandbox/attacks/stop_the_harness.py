"""Stop the process that watches this one, so that nobody reports."""

import os
import signal
import time

from told import refused

time.sleep(1)  # the harness passes on what is printed, as long as it runs
for number in (signal.SIGSTOP, signal.SIGTSTP):
    try:
        os.kill(os.getppid(), number)
    except OSError as error:
        refused(f"stop: {error}")
time.sleep(60)
