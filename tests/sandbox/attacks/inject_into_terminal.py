"""Type into the terminal the application was started from."""

import fcntl
import os
import termios

from told import attempt

TIOCLINUX = 0x541C
for descriptor in (0, 1, 2):
    for request in (termios.TIOCSTI, TIOCLINUX):
        attempt(f"{request:#x} {descriptor}", lambda a=(descriptor, request, b"x"): fcntl.ioctl(*a))
for name in ("/dev/tty", "/dev/console", "/dev/tty1", "/dev/pts/0", "/dev/ptmx"):
    attempt(name, lambda name=name: os.open(name, os.O_RDWR))
