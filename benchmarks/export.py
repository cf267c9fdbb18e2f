"""How long exports take, and how much memory, against pandas and a bare COPY.

    python -m benchmarks.export --runs 100k

Each way writes all runs, with plan and code, to a file, in a process of its own. Its memory is told
from when everything is loaded and connected: ``above idle`` is the peak beyond that. Ends with 1
where CSV takes over 50 MB above idle, or Parquet over 120 MB.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pandas as pd
import psycopg

from benchmarks.database import add_arguments, history
from toggle_core.exports.columns import COLUMNS
from toggle_core.exports.csv_file import csv_pieces
from toggle_core.exports.files import write_pieces
from toggle_core.exports.parquet_file import parquet_pieces
from toggle_core.exports.request import Pieces, statement_of
from toggle_core.history.query import RunFilter
from toggle_core.store.database import Database, open_database

ALL: Final = RunFilter()
MB: Final = 1_000_000
LIMITS_MB: Final = {"csv": 50, "csv raw": 50, "parquet": 120}

STATUS: Final = Path("/proc/self/status")
CLEAR: Final = Path("/proc/self/clear_refs")
PEAK_ONLY: Final = "5"
"""What to write there, see proc(5). ``getrusage`` would tell the parent's peak as well."""

Way = Callable[[Database, Path], None]


def bare_copy(database: Database, path: Path) -> None:
    """The same rows and columns as they are, by nothing but COPY."""
    query, parameters = _plain(database)
    statement = b"COPY (" + query + b") TO STDOUT WITH (FORMAT csv, HEADER)"
    with (
        psycopg.connect(database.conninfo) as connection,
        connection.cursor().copy(statement, parameters) as copy,
        path.open("wb") as file,
    ):
        for row in copy:
            file.write(row)


def by_pandas(database: Database, path: Path) -> None:
    """The same rows and columns, as somebody would write it in a notebook."""
    query, parameters = _plain(database)
    with psycopg.connect(database.conninfo) as connection:
        frame = pd.read_sql(query.decode(), connection, params=parameters)  # type: ignore[call-overload]  # psycopg
    frame.to_csv(path, index=False)


def _plain(database: Database) -> tuple[bytes, dict[str, Any]]:
    values = {name: column.value for name, column in COLUMNS.items()}
    return statement_of(ALL, values, database.engine.dialect)


def _written(pieces: Callable[[Database], Pieces]) -> Way:
    return lambda database, path: void(write_pieces(pieces(database), path, void))


def void(_: object) -> None:
    """Takes anything."""


WAYS: Final[dict[str, Way]] = {
    "bare COPY": bare_copy,
    "csv": _written(lambda database: csv_pieces(database, ALL)),
    "csv raw": _written(lambda database: csv_pieces(database, ALL, raw=True)),
    "parquet": _written(lambda database: parquet_pieces(database, ALL)),
    "pandas": by_pandas,
}


def measure(way: str, conninfo: str, path: Path) -> None:
    """Export in this process, and print what it took as JSON."""
    database = open_database(conninfo)
    with database.begin():
        CLEAR.write_text(PEAK_ONLY)
        idle = peak_bytes()
    began = time.perf_counter()
    WAYS[way](database, path)
    seconds = time.perf_counter() - began
    json.dump({"seconds": seconds, "idle": idle, "peak": peak_bytes()}, sys.stdout)


def peak_bytes() -> int:
    """The most memory of this process that was resident since it was cleared last."""
    [line] = [line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


def compare(conninfo: str, folder: Path) -> bool:
    """Print the table. Returns whether all keep to their memory."""
    print(f"{'way':12} {'seconds':>8} {'of COPY':>8} {'file MB':>8} {'idle MB':>8} {'above it':>8}")
    kept, bare = True, 0.0
    for way in WAYS:
        path = folder / "runs"
        measured = ["--measure", way, conninfo, str(path)]
        command = [sys.executable, "-m", "benchmarks.export", *measured]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found = json.loads(told)
        bare = bare or found["seconds"]
        above = max(found["peak"] - found["idle"], 0) / MB
        print(
            f"{way:12} {found['seconds']:8.1f} {found['seconds'] / bare:8.2f}"
            f" {path.stat().st_size / MB:8.0f} {found['idle'] / MB:8.0f} {above:8.0f}"
        )
        kept &= above < LIMITS_MB.get(way, above + 1)
        path.unlink()
    return kept


def main() -> int:
    """Run the benchmark. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.export", description=__doc__)
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    add_arguments(parser)
    chosen = parser.parse_args()
    if chosen.measure:
        way, conninfo, path = chosen.measure
        measure(way, conninfo, Path(path))
        return 0
    with history(chosen) as database, tempfile.TemporaryDirectory() as folder:
        bare_copy(database, Path(folder, "warm"))
        return 0 if compare(database.conninfo, Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
