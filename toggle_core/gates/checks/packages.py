"""Tell a fault of the project from a package that is not installed in the sandbox."""

import re
import sys
from collections.abc import Mapping
from pathlib import PurePosixPath

_MISSING = re.compile(r"ModuleNotFoundError: No module named '([A-Za-z_][A-Za-z0-9_]*)")


def missing_package(text: str, files: Mapping[str, str]) -> str | None:
    """Return the package a program asked for in vain, if that is what its output says.

    Args:
        text: what it printed.
        files: the project, whose own modules are no packages.
    """
    own = {
        part for name in files for part in (PurePosixPath(name).stem, *PurePosixPath(name).parts)
    }
    for name in _MISSING.findall(text):
        if name not in own and name not in sys.stdlib_module_names:
            return str(name)
    return None


def explain_missing(name: str) -> str:
    """Return the sentence for a missing package."""
    return f"It needs the package {name}, and checks have only what comes with Python."
