"""Connect to the database's socket, by path and by abstract name."""

import socket

from told import TARGET, attempt


def connect(address: str) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as outward:
        outward.settimeout(1)
        outward.connect(address)


attempt("socket", lambda: connect(TARGET["unix_socket"]))
attempt("abstract socket", lambda: connect("\0" + TARGET["abstract_socket"]))
