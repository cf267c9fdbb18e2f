"""Open sockets of families that reach the host, the kernel or devices."""

import socket

from told import attempt

VSOCK, NETLINK, ALG, BLUETOOTH, CAN, TIPC, XDP, QIPCRTR, KEY = 40, 16, 38, 31, 29, 30, 44, 42, 15
for family in (VSOCK, NETLINK, ALG, BLUETOOTH, CAN, TIPC, XDP, QIPCRTR, KEY):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        attempt(f"{family} {kind}", lambda a=(family, kind): socket.socket(*a))
