"""How soon the app is there: a second start, and what importing its parts takes.

    python -m benchmarks.startup --rounds 5

The first start makes the data folder of the embedded Postgres and is not counted. Imports are each
timed in a fresh interpreter, less what the interpreter itself takes.
"""

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from benchmarks.contestants import ROOT, free_port
from benchmarks.rounds import alternate
from benchmarks.scale import Scale, read_scale
from benchmarks.table import Line, show

IMPORTS = {
    "import toggle_core": "import toggle_core",
    "the command line": "import toggle_core.cli",
    "the client": "import toggle_core.client",
    "the API": "import toggle_core.api.middleware",
    "the worker": "import toggle_core.worker.service",
    "the app": "import app",
}
MS = 1000
PATIENCE_SECONDS = 60.0


def measure(scale: Scale) -> None:
    """Print this part of the table."""
    with tempfile.TemporaryDirectory(prefix="toggle-start-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        _start(folder / "data")
        found = [_start(folder / "data") for _ in range(scale.rounds)]
    page = statistics.median(first for first, _ in found)
    ready = statistics.median(second for _, second in found)
    lines = [
        Line("second start to first page", f"{page:.2f} s"),
        Line("second start to ready for tasks", f"{ready:.2f} s"),
    ]
    turns = {name: lambda code=code: _seconds(code) for name, code in IMPORTS.items()}
    turns["nothing"] = lambda: _seconds("pass")
    imported = {
        name: statistics.median(each) for name, each in alternate(turns, scale.rounds).items()
    }
    for name in IMPORTS:
        seconds = max(imported[name] - imported["nothing"], 0)
        lines.append(Line(name, f"{seconds * MS:.0f} ms"))
    show("Start-up", lines)


def _seconds(code: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


def _start(data: Path) -> tuple[float, float]:
    """Seconds from ``make run`` to the first page, and until tasks are executed."""
    port = free_port()
    began = time.perf_counter()
    with _app(data, port):
        page = _until_answered(port, "/") - began
        ready = _until_answered(port, "/api/ready") - began
    return page, ready


@contextlib.contextmanager
def _app(data: Path, port: int) -> Iterator[None]:
    settings = {"TOGGLE_DATA_DIR": str(data), "TOGGLE_PORT": str(port), "TOGGLE_API_PORT": "0"}
    others = {key: value for key, value in os.environ.items() if not key.startswith("TOGGLE_")}
    others.pop("DATABASE_URL", None)
    process = subprocess.Popen(
        ["make", "run"],
        cwd=ROOT,
        env=others | settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)


def _until_answered(port: int, path: str) -> float:
    """The moment when a page comes."""
    deadline = time.perf_counter() + PATIENCE_SECONDS
    while time.perf_counter() < deadline:
        with contextlib.suppress(OSError, HTTPException):
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return time.perf_counter()
        time.sleep(0.01)
    raise RuntimeError(f"{path} did not come")


if __name__ == "__main__":
    measure(read_scale("benchmarks.startup", __doc__))
