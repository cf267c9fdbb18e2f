"""Counts the statements that a program sends to Postgres, on the wire, whatever driver it uses.

A Unix socket that passes everything on to the server's and reads along, for any number of
connections (Postgres's manual, 54.7, "Message Formats").
"""

import contextlib
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

LENGTH = struct.Struct("!I")


@dataclass
class Wire:
    """What was sent.

    Attributes:
        url: leads through the wire, to the same database.
        statements: how often each was executed.
        waits: how often the client waited for the server: its round trips.
    """

    url: str
    statements: Counter[str] = field(default_factory=Counter)
    waits: int = 0

    def clear(self) -> None:
        """Begin to count anew."""
        self.statements.clear()
        self.waits = 0


@contextlib.contextmanager
def wire(url: str, folder: Path) -> Iterator[Wire]:
    """Read along, for the length of the block.

    Args:
        url: of the database.
        folder: for the socket.
    """
    asked = parse_qs(urlsplit(url).query)
    [behind], [port] = asked["host"], asked["port"]
    name = f".s.PGSQL.{port}"
    counted = Wire(url.replace(behind, str(folder)))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / name))
        listener.listen(100)
        arguments = (listener, str(Path(behind, name)), counted)
        threading.Thread(target=_accept, args=arguments, daemon=True).start()
        try:
            yield counted
        finally:
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, behind: str, counted: Wire) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        arguments = (client, behind, counted)
        threading.Thread(target=_carry, args=arguments, daemon=True).start()


def _carry(client: socket.socket, behind: str, counted: Wire) -> None:
    """Carry both ways until both sides have ended."""
    with client, socket.socket(socket.AF_UNIX) as server:
        server.connect(behind)
        back = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
        back.start()
        _read_along(client, server, counted)
        back.join()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_RDWR)


def _read_along(client: socket.socket, server: socket.socket, counted: Wire) -> None:
    """The first messages have no type: requests for TLS or GSS, and the start of a session."""
    begun, buffer, prepared = False, b"", {}
    with contextlib.suppress(OSError):
        while piece := client.recv(65536):
            server.sendall(piece)
            buffer += piece
            while len(buffer) >= 5:
                offset = 1 if begun else 0
                length = LENGTH.unpack_from(buffer, offset)[0] + offset
                if len(buffer) < length:
                    break
                message, buffer = buffer[:length], buffer[length:]
                if begun:
                    _count(message[:1], message[5:], prepared, counted)
                begun = begun or length > 16
        server.shutdown(socket.SHUT_RDWR)


def _count(kind: bytes, body: bytes, prepared: dict[bytes, str], counted: Wire) -> None:
    if kind == b"Q":
        counted.statements[_text(body)] += 1
        counted.waits += 1
    elif kind == b"P":
        name, text, _ = body.split(b"\0", 2)
        prepared[name] = _text(text)
    elif kind == b"B":
        _, name, _ = body.split(b"\0", 2)
        counted.statements[prepared.get(name, "?")] += 1
    elif kind == b"S":
        counted.waits += 1


def _text(statement: bytes) -> str:
    return " ".join(statement.rstrip(b"\0").decode().split())
