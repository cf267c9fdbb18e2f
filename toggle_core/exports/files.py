"""An export on the disk: it is there as a whole, or not at all."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from toggle_core.errors import ExportNotWritten
from toggle_core.exports.request import Pieces


def write_pieces(pieces: Pieces, path: Path, told: Callable[[int], None]) -> int:
    """Write a file beside its place, and move it there once it is complete.

    What another process kills halfway stays behind as ``.NAME.….partial``.

    Args:
        pieces: of the file.
        path: where it shall be; what is there already is replaced.
        told: is called with the number of runs in each piece.

    Returns:
        How many runs were written.

    Raises:
        ExportNotWritten: the disk or the folder refuses it.
        DatabaseAway: the database went away in the middle.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    rows = 0
    try:
        with partial.open("xb") as file:
            for piece in pieces:
                file.write(piece.content)
                rows += piece.rows
                told(piece.rows)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise ExportNotWritten(path=path, reason=error.strerror or error) from error
    finally:
        with suppress(OSError):  # What refused the file may refuse this, and was told.
            partial.unlink(missing_ok=True)
    return rows
