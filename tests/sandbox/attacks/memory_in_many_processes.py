"""Take memory in many processes, in each less than one may have."""

import os
import time

from told import TARGET, reached

share = TARGET["too_many_megabytes"] // 8
for _ in range(8):
    if os.fork() == 0:
        held = bytearray(b"x") * (share * 1024 * 1024)
        time.sleep(30)
        os._exit(len(held) % 2)
time.sleep(15)
reached("memory together")
