"""What a program has stored in its folder: read with suspicion, and packed to be kept."""

import gzip
import io
import os
import stat
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from toggle_core.errors import TooMuchData
from toggle_core.gates.sandbox.limits import MIB

PACKED_LIMIT: Final = 16 * MIB
"""Bytes that are kept of one app."""

READ_LIMIT: Final = 64 * MIB
"""Bytes of the files before they are packed: as much as the folder holds."""

FILES_LIMIT: Final = 20_000
DEEPEST: Final = 32
CODE: Final = frozenset({".py", ".html", ".htm", ".css", ".js", ".mjs", ".svg", ".toml", ".md"})
"""Files of the project with these suffixes are never taken from what was kept."""

COMPRESSION: Final = 1
_READ_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Packed:
    """What is kept of an app.

    Attributes:
        archive: a compressed tar archive; empty if the program has stored nothing.
        files: how many files are in it.
    """

    archive: bytes
    files: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A file or folder that a program has made."""

    path: str
    folder: int
    name: str
    about: os.stat_result


def code_paths(files: Mapping[str, str]) -> list[str]:
    """Paths of a project that always are as the project has them: its code.

    Args:
        files: of the project.
    """
    return [path for path in files if PurePosixPath(path).suffix.lower() in CODE]


def signature_of(folder: int) -> int:
    """Return a number that changes when a file below a folder does.

    Args:
        folder: descriptor.
    """
    return hash(
        tuple(
            (each.path, each.about.st_size, each.about.st_mtime_ns, each.about.st_ino)
            for each in _walk(folder)
        )
    )


def pack_folder(folder: int, project: Mapping[str, str]) -> Packed:
    """Pack what differs from the project, while nobody writes.

    Args:
        folder: descriptor; links in it are not followed, and only plain files and folders are read.
        project: text of each of its files by its path.

    Raises:
        TooMuchData: it is more than is kept.
    """
    code = frozenset(code_paths(project))
    buffer, room, number = io.BytesIO(), READ_LIMIT, 0
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=COMPRESSION, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        for each in _walk(folder):
            if each.path in code:
                continue
            member = tarfile.TarInfo(each.path)
            member.mtime = int(each.about.st_mtime)
            if stat.S_ISDIR(each.about.st_mode):
                member.type, member.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(member)
                continue
            content = _read(each, room)
            if content is None or (each.path in project and content == project[each.path].encode()):
                continue
            room -= len(content)
            member.size, member.mode = len(content), 0o644
            archive.addfile(member, io.BytesIO(content))
            number += 1
            if buffer.tell() > PACKED_LIMIT:
                raise TooMuchData(limit=PACKED_LIMIT // MIB)
    if buffer.tell() > PACKED_LIMIT:
        raise TooMuchData(limit=PACKED_LIMIT // MIB)
    return Packed(buffer.getvalue(), number)


def _read(found: _Found, room: int) -> bytes | None:
    """Return the content of a plain file, None if it cannot be read.

    Raises:
        TooMuchData: it has more than ``room`` bytes.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    content = bytearray()
    try:
        with os.fdopen(os.open(found.name, flags, dir_fd=found.folder), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            while piece := file.read(_READ_BYTES):
                content += piece
                if len(content) > room:
                    raise TooMuchData(limit=PACKED_LIMIT // MIB)
    except OSError:
        return None
    return bytes(content)


def _walk(folder: int) -> Iterator[_Found]:
    """Yield files and folders below a folder, sorted, each before what is in it."""
    left = [FILES_LIMIT]

    def below(opened: int, prefix: str, levels: int) -> Iterator[_Found]:
        with os.scandir(opened) as entries:
            names = sorted(entry.name for entry in entries)
        for name in names:
            left[0] -= 1
            if left[0] < 0:
                return
            with suppress(OSError, UnicodeEncodeError):
                path = f"{prefix}{name}"
                path.encode()
                about = os.stat(name, dir_fd=opened, follow_symlinks=False)
                if stat.S_ISREG(about.st_mode):
                    yield _Found(path, opened, name, about)
                elif stat.S_ISDIR(about.st_mode) and levels:
                    yield _Found(path, opened, name, about)
                    yield from entered(opened, name, f"{path}/", levels - 1)

    def entered(folder: int, name: str, prefix: str, levels: int) -> Iterator[_Found]:
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        opened = os.open(name, flags, dir_fd=folder)
        try:
            yield from below(opened, prefix, levels)
        finally:
            os.close(opened)

    yield from below(folder, "", DEEPEST)
