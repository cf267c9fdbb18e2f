"""Tell a fault of the project from a package that is not installed in the sandbox."""

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

_NAME = r"[A-Za-z_][A-Za-z0-9_.-]*"
_MISSING = re.compile(r"ModuleNotFoundError: No module named '([A-Za-z_][A-Za-z0-9_]*)")
# What Python, pip and people write where a package is missing; the name is in the first group.
_CERTAIN = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\bNo module named ['\"]?({_NAME})",
        rf"\bNo package metadata was found for ({_NAME})",
        rf"\bpip3? install (?:-[\w-]+ )*['\"]?({_NAME})",
        r"\b(?:package|module|library) ['\"`]?([a-z][a-z0-9_.-]*)['\"`]? is missing",
        r"\b(?:package|module|library) ['\"`]?([a-z][a-z0-9_.-]*)['\"`]? is not installed",
    )
)
_LACKING = re.compile(
    r"\b(?:missing|not (?:installed|found|available)|unavailable|install(?:ing|ed)?|required|"
    r"requires|needs?|needed|(?:cannot|could not|couldn't) (?:be )?import(?:ed)?)\b",
    re.IGNORECASE,
)
_NOT_A_PACKAGE = frozenset(("r", "requirements.txt"))


def missing_package(text: str, files: Mapping[str, str]) -> str | None:
    """Return the package a program asked for in vain, if that is what its output says.

    Args:
        text: what it printed.
        files: the project, whose own modules are no packages.
    """
    return next((name for name in _MISSING.findall(text) if _is_package(name, files)), None)


def package_said_to_be_missing(
    texts: Iterable[str], files: Mapping[str, str], imports: Iterable[str]
) -> str | None:
    """Return the package a program says, in any words, to be missing.

    Args:
        texts: what it printed and answered.
        files: the project, whose own modules are no packages.
        imports: dotted names of the modules that its code imports.
    """
    known = {name for each in imports if _is_package(name := each.partition(".")[0], files)} | set(
        _required(files)
    )
    for line in (line for text in texts for line in text.splitlines()):
        for found in (found for pattern in _CERTAIN for found in pattern.findall(line)):
            name = found.partition(".")[0].rstrip(".-")
            if name not in _NOT_A_PACKAGE and _is_package(name, files):
                return str(name)
        if _LACKING.search(line):
            words = {word.rstrip(".-") for word in re.findall(_NAME, line)}
            if said := sorted(name for name in known if name in words):
                return said[0]
    return None


def explain_missing(name: str) -> str:
    """Return the sentence for a missing package."""
    return f"It needs the package {name}, and checks have only what comes with Python."


def _is_package(name: str, files: Mapping[str, str]) -> bool:
    own = {
        part for path in files for part in (PurePosixPath(path).stem, *PurePosixPath(path).parts)
    }
    return bool(name) and name not in own and name not in sys.stdlib_module_names


def _required(files: Mapping[str, str]) -> list[str]:
    lines = files.get("requirements.txt", "").splitlines()
    return [found[0] for line in lines if (found := re.match(_NAME, line.strip()))]
