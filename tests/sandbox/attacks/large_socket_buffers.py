"""Ask for large buffers of sockets and pipes, and fill them: memory of no process."""

import fcntl
import os
import socket

from told import TARGET, reached, refused

SEND_BUFFER, RECEIVE_BUFFER, SEND_BY_FORCE, RECEIVE_BY_FORCE = 7, 8, 32, 33
PROCESSES, PAIRS = 3, 40
MOST = PROCESSES * PAIRS * 1024 * 1024


def fill(sender: socket.socket) -> int:
    """Write as much as fits, and return how much that was."""
    sender.setblocking(False)
    written = 0
    try:
        while True:
            written += sender.send(bytes(65_536))
    except BlockingIOError:
        return written


def fill_pairs() -> int:
    """Fill pairs of sockets with buffers that are as large as may be."""
    written = 0
    for pair in [socket.socketpair() for _ in range(PAIRS)]:
        for option in (SEND_BUFFER, RECEIVE_BUFFER, SEND_BY_FORCE, RECEIVE_BY_FORCE):
            pair[0].setsockopt(socket.SOL_SOCKET, option, 64 * 1024 * 1024)
        written += fill(pair[0])
        HELD.append(pair)
    return written


HELD: list[object] = []
reading, writing = os.pipe()
for number in range(PROCESSES):
    if os.fork() == 0:
        os.write(writing, f"{fill_pairs()}\n".encode())
        os._exit(0)
for number in range(PROCESSES):
    os.wait()
total = sum(map(int, os.read(reading, 1000).split()))
(reached if total > MOST else refused)(f"{total} bytes of {TARGET['nonce']} in buffers")
try:
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 1024 * 1024)
except OSError as error:
    refused(f"a large pipe: {error}")
else:
    reached("a large pipe")
