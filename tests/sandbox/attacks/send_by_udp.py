"""Send datagrams to a port of this machine and to the internet."""

import socket

from told import TARGET, attempt


def ask(address: tuple[str, int]) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outward:
        outward.settimeout(0.3)
        outward.connect(address)
        outward.send(TARGET["nonce"].encode())
        return outward.recv(100)


for address in (("127.0.0.1", TARGET["udp_port"]), ("1.1.1.1", 53)):
    attempt(str(address), lambda address=address: ask(address))
