"""A throw-away embedded server with a history of runs, kept in its folder for the next time."""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.history_data import ensure_runs
from toggle_core.store import embedded
from toggle_core.store.database import Database, conninfo_of, open_database
from toggle_core.store.migrate import migrate

SIZES: Final = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}

QUICK_LOADING: Final = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "4GB"}
"""Nothing is lost with this data. How fast it is read does not depend on these."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Let the size and the folder be chosen.

    Args:
        parser: of the benchmark.
    """
    parser.add_argument("--runs", choices=SIZES, default="100k", help="default: 100k")
    parser.add_argument(
        "--folder",
        type=Path,
        help="of the server; data in it is used again. Default: one for this size, for scratch",
    )


@contextmanager
def history(chosen: argparse.Namespace) -> Iterator[Database]:
    """A database with so many runs as were chosen.

    Args:
        chosen: see :func:`add_arguments`.
    """
    folder = chosen.folder or Path(tempfile.gettempdir()) / f"toggle-history-{chosen.runs}"
    folder.mkdir(mode=0o711, exist_ok=True)
    with embedded.start(folder, extra=QUICK_LOADING) as server:
        database = open_database(conninfo_of(server.url))
        migrate(database)
        ensure_runs(database, SIZES[chosen.runs])
        yield database
        database.close()
