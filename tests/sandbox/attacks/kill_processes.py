"""End the application and every process there is."""

import os
import signal

from told import TARGET, attempt

attempt("the application", lambda: os.kill(TARGET["pid"], signal.SIGKILL))
attempt("its group", lambda: os.killpg(TARGET["pid"], signal.SIGKILL))
os.kill(-1, signal.SIGKILL)
