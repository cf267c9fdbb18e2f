"""Streamlit's bundle and our own static files, compressed for whoever can read that.

Streamlit serves its scripts as they are and leaves compression to a proxy. Without one a first
visit is 2.9 MB. A file is compressed when it is first asked for, and kept in memory: 1 MB for all
that the pages need, 7 MB for the whole bundle. Only files that are the same for everybody pass
here, so that compression tells nothing about anybody (BREACH).
"""

import asyncio
import gzip
from pathlib import Path
from typing import Final

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from toggle_core.locations import STATIC_FILES

BUNDLE: Final = Path(streamlit.__file__).with_name("static")

FOR_A_YEAR: Final = "public, immutable, max-age=31536000"
"""Of files that have a hash of their content in their names (RFC 8246)."""

FOR_A_DAY: Final = "public, max-age=86400"
"""Of our own, whose names stay the same."""

COMPRESSED: Final = frozenset({".css", ".html", ".js", ".json", ".svg", ".txt"})
"""Fonts and pictures are compressed already."""

SMALL: Final = 500
"""Bytes below which there is nothing to gain."""

LEVEL: Final = 9


class StaticFiles:
    """Middleware that answers for the static files there are, and passes on everything else.

    It is not a route, because Streamlit lets nobody have one below ``/static``.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._files = {
            **_files_of(BUNDLE / "static", "/static", FOR_A_YEAR),
            **_files_of(STATIC_FILES, "/app/static", FOR_A_DAY),
        }
        self._compressed: dict[tuple[Path, float], bytes] = {}
        self._compressing = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        found = None
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            found = self._files.get(scope["path"])
        if found is None:
            await self.app(scope, receive, send)
            return
        response = await self._response(*found, Headers(scope=scope))
        await response(scope, receive, send)

    async def _response(self, path: Path, cache_control: str, asked: Headers) -> Response:
        stat = await run_in_threadpool(path.stat)
        headers = {"Cache-Control": cache_control}
        plain = FileResponse(path, headers=headers, stat_result=stat)
        if path.suffix not in COMPRESSED or stat.st_size < SMALL:
            return not_modified(plain, asked) or plain
        plain.headers["Vary"] = "Accept-Encoding"
        # A part of a file is a part of it as it is: of a compressed one nobody could read it.
        if "range" in asked or not accepts_gzip(asked):
            return not_modified(plain, asked) or plain
        content = await self._gzip(path, stat.st_mtime)
        return compressed(content, plain, asked)

    async def _gzip(self, path: Path, changed_at: float) -> bytes:
        """A file, compressed once, however many ask for it at the same time."""
        async with self._compressing:
            key = (path, changed_at)
            if key not in self._compressed:
                self._compressed[key] = await run_in_threadpool(_gzip_file, path)
            return self._compressed[key]


def accepts_gzip(asked: Headers) -> bool:
    """Whether a client reads gzip (RFC 9110, 12.5.3).

    Args:
        asked: headers of its request.
    """
    weights = {}
    for part in ",".join(asked.getlist("accept-encoding")).lower().split(","):
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        weights[coding] = parameters
    refused = {("q=0",), ("q=0.",), ("q=0.0",), ("q=0.00",), ("q=0.000",)}
    return tuple(weights.get("gzip", weights.get("*", ["q=0"]))) not in refused


def compressed(content: bytes, plain: Response, asked: Headers) -> Response:
    """The response with a compressed content, or that the client has it already.

    Args:
        content: gzip.
        plain: the response with the content as it is.
        asked: headers of the request.
    """
    response = Response(content, media_type=plain.media_type)
    for name in ("cache-control", "last-modified", "vary"):
        if name in plain.headers:
            response.headers[name] = plain.headers[name]
    response.headers["Content-Encoding"] = "gzip"
    # Another representation of the same content has another tag (RFC 9110, 8.8.3).
    response.headers["ETag"] = f'{plain.headers["etag"][:-1]}-gzip"'
    return not_modified(response, asked) or response


def not_modified(response: Response, asked: Headers) -> Response | None:
    """The answer 304 where the client has the content already, else None (RFC 9110, 13.1.2).

    Args:
        response: as it would be given.
        asked: headers of the request.
    """
    tags = {tag.strip().removeprefix("W/") for tag in asked.get("if-none-match", "").split(",")}
    if not {response.headers["etag"], "*"} & tags:
        return None
    kept = ("cache-control", "etag", "last-modified", "vary")
    return Response(
        status_code=304,
        headers={name: response.headers[name] for name in kept if name in response.headers},
    )


def _files_of(folder: Path, address: str, cache_control: str) -> dict[str, tuple[Path, str]]:
    """The files of a folder by their addresses. Whatever else is asked for cannot be reached."""
    return {
        f"{address}/{path.relative_to(folder).as_posix()}": (path, cache_control)
        for path in folder.rglob("*")
        if path.is_file()
    }


def _gzip_file(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), LEVEL, mtime=0)
