"""End the application and every process there is."""

import os
import signal
import time

from told import TARGET, attempt

time.sleep(1)  # the harness passes on what is printed, as long as it runs
attempt("the application", lambda: os.kill(TARGET["pid"], signal.SIGKILL))
attempt("its group", lambda: os.killpg(TARGET["pid"], signal.SIGKILL))
os.kill(-1, signal.SIGKILL)
