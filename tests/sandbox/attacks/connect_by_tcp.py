"""Connect to a port of this machine and to the internet."""

import socket

from told import TARGET, attempt

for address in (("127.0.0.1", TARGET["tcp_port"]), ("1.1.1.1", 53), ("169.254.169.254", 80)):
    attempt(str(address), lambda address=address: socket.create_connection(address, timeout=1))
attempt("a name", lambda: socket.getaddrinfo("example.com", 80))
