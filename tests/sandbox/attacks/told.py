"""Goes into the sandbox beside each attack: proves that it ran, and says what came of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

TARGET: dict[str, Any] = json.loads(Path("target.json").read_text())
print("ran", TARGET["nonce"], flush=True)


def reached(what: str) -> None:
    """Say that an attempt succeeded."""
    print("REACHED", what, flush=True)


def refused(what: str) -> None:
    """Say that an attempt was refused."""
    print("refused", what, flush=True)


def attempt(what: str, action: Callable[[], Any]) -> None:
    """Try something that must be refused with an error."""
    try:
        result = action()
    except (OSError, MemoryError, RuntimeError, ValueError, ImportError) as error:
        refused(f"{what}: {error!r}")
    else:
        reached(f"{what}: {str(result)[:200]!r}")


def call(what: str, result: int) -> None:
    """Judge a call of the C library, which says no by -1."""
    refused(what) if result == -1 else reached(f"{what}: {result}")
