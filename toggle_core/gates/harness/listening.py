"""Where the programs of this sandbox listen, as the kernel tells of a network of its own."""

import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_LISTENING = "0A"  # TCP_LISTEN in the fourth column of /proc/net/tcp


class _Table(NamedTuple):
    """Sockets of one kind: how many there are, and which.

    The list takes the kernel some 5 ms, the number a sixtieth of it.
    """

    counts: Path
    kind: str
    sockets: Path
    family: socket.AddressFamily


_TABLES = (
    _Table(Path("/proc/net/sockstat"), "TCP", Path("/proc/net/tcp"), socket.AF_INET),
    _Table(Path("/proc/net/sockstat6"), "TCP6", Path("/proc/net/tcp6"), socket.AF_INET6),
)


class Endpoint(NamedTuple):
    """An address and a port that something listens on."""

    address: str
    port: int


def endpoints() -> list[Endpoint]:
    """Return what listens at the moment, sorted by port."""
    found = {each for table in _TABLES for each in _read(table)}
    return sorted(found, key=lambda each: (each.port, each.address))


def addresses_by_port() -> dict[int, list[str]]:
    """Return the addresses that something listens on at the moment, by their port."""
    found: dict[int, list[str]] = {}
    for each in endpoints():
        found.setdefault(each.port, []).append(each.address)
    return found


def _read(table: _Table) -> Iterator[Endpoint]:
    try:
        if f"{table.kind}: inuse 0" in table.counts.read_text():
            return
        rows = table.sockets.read_text().splitlines()[1:]
    except OSError:
        return  # without a network of its own a job cannot be a server
    for columns in map(str.split, rows):
        if columns[3] == _LISTENING:
            address, _, port = columns[1].rpartition(":")
            yield Endpoint(_address(address, table.family), int(port, 16))


def _address(digits: str, family: socket.AddressFamily) -> str:
    """Decode an address, which stands there as words in the machine's own order of bytes."""
    words = [int(digits[start : start + 8], 16) for start in range(0, len(digits), 8)]
    text = socket.inet_ntop(family, struct.pack(f"={len(words)}I", *words))
    return text.removeprefix("::ffff:")
