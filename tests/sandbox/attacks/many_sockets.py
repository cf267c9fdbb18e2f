"""Fill the buffers of many sockets, each of the usual size: memory of no process."""

import os
import socket
import time

from told import reached

HELD: list[object] = []
for number in range(20):
    if os.fork() == 0:
        for _ in range(50):
            pair = socket.socketpair()
            HELD.append(pair)
            pair[0].setblocking(False)
            try:
                while pair[0].send(bytes(65_536)):
                    pass
            except BlockingIOError:
                pass
        time.sleep(30)
        os._exit(0)
time.sleep(15)
reached("memory in buffers")
