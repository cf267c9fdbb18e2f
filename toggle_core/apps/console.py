"""Our side of the pseudo-terminal that a program runs in."""

import asyncio
import fcntl
import os
import struct
import termios
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

KEPT_BYTES: Final = 64 * 1024
"""Of the last output, for a page that is loaded again."""

PIECE_BYTES: Final = 16 * 1024
TYPED_BYTES: Final = 64 * 1024
"""Of typing that the program has not read yet; what is typed beyond is lost."""

SIDES: Final = (2, 500)
"""Fewest and most columns, and rows."""


@dataclass(frozen=True, slots=True)
class Size:
    """Of a terminal, in characters.

    Attributes:
        columns: across.
        rows: down.
    """

    columns: int = 80
    rows: int = 24


class Console:
    """A pseudo-terminal. To be used in one event loop, by one reader at a time.

    Output is read at the pace of the reader: a program that prints without end waits, and takes no
    memory here.

    Args:
        size: at the start.

    Attributes:
        theirs: descriptor of the program's side, for a session, which closes it.
        ended: how the program ended or why it was stopped, in a sentence; empty while it runs.
    """

    def __init__(self, size: Size) -> None:
        self._ours, self.theirs = os.openpty()
        os.set_blocking(self._ours, False)
        self.ended = ""
        self._is_open = True
        self._kept = bytearray()
        self._typed = bytearray()
        self.resize(size)

    @property
    def kept(self) -> bytes:
        """The last output that was read."""
        return bytes(self._kept)

    def resize(self, size: Size) -> None:
        """Change the size; the program gets a signal."""
        fewest, most = SIDES
        rows, columns = (min(max(each, fewest), most) for each in (size.rows, size.columns))
        if self._is_open:
            with suppress(OSError):
                packed = struct.pack("HHHH", rows, columns, 0, 0)
                fcntl.ioctl(self._ours, termios.TIOCSWINSZ, packed)

    async def read(self) -> bytes:
        """The next output, at most ``PIECE_BYTES``; empty once nobody can write any more."""
        while self._is_open:
            try:
                piece = os.read(self._ours, PIECE_BYTES)
            except BlockingIOError:
                await self._until_readable()
            except OSError:  # EIO: the other side was closed
                self.close()
            else:
                self._kept += piece
                del self._kept[:-KEPT_BYTES]
                return piece
        return b""

    def type(self, data: bytes) -> None:
        """Send what somebody has typed, as soon as the program takes it."""
        if self._is_open:
            self._typed += data[: TYPED_BYTES - len(self._typed)]
            self._send_typed()

    def close(self) -> None:
        """Close it; a program that still runs loses its terminal."""
        if self._is_open:
            self._is_open = False
            loop = asyncio.get_running_loop()
            loop.remove_reader(self._ours)
            loop.remove_writer(self._ours)
            os.close(self._ours)

    async def _until_readable(self) -> None:
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        loop.add_reader(self._ours, ready.set)
        try:
            await ready.wait()
        finally:
            if self._is_open:
                loop.remove_reader(self._ours)

    def _send_typed(self) -> None:
        loop = asyncio.get_running_loop()
        with suppress(OSError):
            taken = os.write(self._ours, self._typed) if self._typed else 0
            del self._typed[:taken]
        if self._typed:
            loop.add_writer(self._ours, self._send_typed)
        else:
            loop.remove_writer(self._ours)
