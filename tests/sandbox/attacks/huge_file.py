"""Write one file beyond every limit."""

from pathlib import Path

from told import TARGET, attempt


def fill(name: str) -> int:
    written = 0
    with Path(name).open("wb") as file:
        while written < TARGET["too_many_megabytes"]:
            written += file.write(bytes(1024 * 1024)) >> 20
            file.flush()
    return written


for name in ("huge", "/tmp/huge"):
    attempt(name, lambda name=name: fill(name))
attempt("sparse", lambda: Path("sparse").open("wb").truncate(1 << 40))
