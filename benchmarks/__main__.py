"""All benchmarks, as one table: ``make bench``.

    make bench                            everything, some 25 minutes on two cores
    make bench ROUNDS=1 RUNS=40 SIZES=10k IN_FLIGHT=50      a taste of it

Each is a module of its own: ``python -m benchmarks.throughput --help``.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec

from benchmarks import (
    beginning,
    beside_proofs,
    gates,
    growth,
    in_flight,
    latency,
    open_app,
    overhead,
    processor,
    startup,
    throughput,
)
from benchmarks.contestants import ROOT
from benchmarks.scale import Scale, read_scale
from benchmarks.table import load

EXPORT_OF = "100k"

PARTS: dict[str, Callable[[Scale], None]] = {
    "throughput": throughput.measure,
    "latency": latency.measure,
    "beginning": beginning.measure,
    "in_flight": in_flight.measure,
    "overhead": overhead.measure,
    "processor": processor.measure,
    "gates": gates.measure,
    "beside_proofs": beside_proofs.measure,
    "startup": startup.measure,
    "growth": growth.measure,
    "open_app": open_app.measure,
}


def main() -> int:
    """Measure everything. Returns the exit code: 1 where a part could not be measured."""
    scale = read_scale("benchmarks", __doc__)
    print(f"Ratios count, seconds are this machine's of this hour ({load()}).")
    began = time.perf_counter()
    failed = []
    for name, measure in PARTS.items():
        try:
            measure(scale)
        except Exception as error:  # the edge: one part that fails must not hide the others
            failed.append(name)
            print(f"\n{name} could not be measured: {error}", flush=True)
    for name, arguments in _others(scale).items():
        print(f"\n{name}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}", *arguments]
        # 1 says that a limit was passed, which is in what it printed; anything else is a fault.
        if subprocess.run(command, cwd=ROOT, check=False).returncode not in (0, 1):
            failed.append(name)
    print(f"\nTook {(time.perf_counter() - began) / 60:.0f} minutes ({load()}).")
    if failed:
        print(f"Could not be measured: {', '.join(failed)}.")
    return 1 if failed else 0


def _others(scale: Scale) -> dict[str, list[str]]:
    """Benchmarks that print tables of their own."""
    size = EXPORT_OF if EXPORT_OF in scale.sizes else scale.sizes[-1]
    found = {"export": ["--runs", size]}
    if find_spec("playwright"):
        found["first_visit"] = ["--rounds", str(scale.rounds)]
        found["outage"] = ["--rounds", str(scale.rounds)]
        found["dashboard"] = ["--runs", scale.sizes[0]]
    return found


if __name__ == "__main__":
    sys.exit(main())
