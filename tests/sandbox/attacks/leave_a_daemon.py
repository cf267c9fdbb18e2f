"""Leave a process behind that outlives the check, in a session of its own."""

import os
import sys

from told import TARGET, refused

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.close(1)
        os.close(2)
        code = "import time\nwhile True: time.sleep(1)"
        os.execv(sys.executable, [sys.executable, "-c", code, TARGET["nonce"]])
    os._exit(0)
os.wait()
refused("to be seen from outside: no process with the nonce is left")
