"""Pictures of a program's pages, as a real browser showed them."""

import base64
import struct
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

MOST_PICTURE_BYTES: Final = 400 * 1024
"""Of one picture; what is larger is not kept."""

MOST_PICTURES: Final = 16
"""Of one attempt: the front page and seven promises, each in two widths."""

WIDTHS: Final = (1280, 390)
"""Of the window in CSS pixels: a computer's and a phone's."""

_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_MOST_HEIGHT = 2_000  # pixels
_MOST_PATH = 500  # characters


class Picture(NamedTuple):
    """A page of the program as a real browser showed it.

    Attributes:
        promise: id of the promise at whose end it was taken; empty for the front page.
        path: of the page, such as ``/items?sort=name``.
        width: of the window in CSS pixels, one of ``WIDTHS``.
        height: of the picture in pixels.
        content: a PNG file of at most ``MOST_PICTURE_BYTES``.
    """

    promise: str
    path: str
    width: int
    height: int
    content: bytes


def read_pictures(report: Mapping[str, Any] | None) -> tuple[Picture, ...]:
    """Read the pictures that a browser's job reported, without those that are none.

    They come out of a sandbox in which a hostile page may have run, so nothing in them is believed
    but their first bytes, which a browser that shows them checks, too.
    """
    told: list[Mapping[str, Any]] = (report or {}).get("pictures") or []
    return tuple(_pictures(told))[:MOST_PICTURES]


def _pictures(told: list[Mapping[str, Any]]) -> Iterator[Picture]:
    for each in told:
        try:
            content = base64.b64decode(each["content"], validate=True)
            promise, path, width = str(each["promise"]), str(each["path"]), int(each["width"])
        except (KeyError, TypeError, ValueError):
            continue
        if not content.startswith(_PNG) or len(content) > MOST_PICTURE_BYTES or width not in WIDTHS:
            continue
        across, down = struct.unpack(">II", content[len(_PNG) : len(_PNG) + 8].ljust(8, b"\0"))
        if across == width and 0 < down <= _MOST_HEIGHT:
            yield Picture(promise, path[:_MOST_PATH], width, down, content)
