"""The gate ``files``: files can be kept anywhere, are complete, and one of them can be started."""

import sys
import tokenize
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from toggle_core.gates.checks.context import (
    Context,
    Judgement,
    broken,
    count,
    cut,
    listed,
    unusual_end,
)
from toggle_core.gates.checks.reading import read_files
from toggle_core.gates.sandbox.job import End
from toggle_core.gates.self_starting import explain_self_starting
from toggle_core.projects.files import check_paths
from toggle_core.words import Outcome

_REQUIREMENTS = "requirements.txt"
_PYTHON = frozenset((".py", ".pyi"))  # the second is read by the type checker in place of the first
_ENCODINGS = frozenset(("utf-8", "utf-8-sig", "ascii", "us-ascii"))
# Python loads these by itself or they are what runs the tests.
_TAKEN = frozenset(("sitecustomize", "usercustomize", "pytest", "_pytest", "pluggy"))
_HARMLESS = frozenset(("test", "this", "antigravity"))  # in the standard library, imported by none


def problems(context: Context) -> list[str]:
    """Return what is wrong with the files themselves, found without writing any."""
    return [*check_paths(context.files), *_entry_problems(context), *_module_problems(context)]


def check(context: Context) -> Judgement:
    """Write the project's copy in the sandbox and see that it is what was meant."""
    if found := problems(context):
        return Judgement(Outcome.FAILED, found[0], cut("\n".join(found)))
    done = read_files(context)
    copy = (done.report or {}).get("copy")
    if copy is None or done.end is End.DISK:
        return unusual_end(done, "Writing the files") or broken("The sandbox's folder", done)
    wrong = [*copy["differing"], *copy["extra"]]
    if wrong:
        return Judgement(
            Outcome.FAILED, "Some files could not be written as they are.", cut("\n".join(wrong))
        )
    if faults := _faults(context, copy):
        return Judgement(Outcome.FAILED, faults[0], cut("\n".join(faults)), goes_on=True)
    summary = f"The project has {count(len(context.files), 'file')}, and {context.entry} starts it."
    return Judgement(Outcome.PASSED, summary, _listing(context))


def _faults(context: Context, report: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with files that can be written: the gates after this one still run."""
    faults = list(filter(None, map(explain_self_starting, sorted(context.files))))
    if report["hidden"]["count"]:
        first = report["hidden"]["findings"][0]["path"]
        faults += [f"{first} has characters that nobody sees.", listed(report["hidden"])]
    if placeholders := report["placeholders"]:
        number = count(len(placeholders), "placeholder")
        faults += [f"The project is not complete: {number} in it.", *placeholders]
    return faults


def _entry_problems(context: Context) -> Iterator[str]:
    if not context.entry:
        yield "There is nothing to start: no file is named for it."
    elif context.entry not in context.files:
        yield f"There is nothing to start: {context.entry} is not in the project."
    elif not context.entry.endswith(".py"):
        yield f"{context.entry} is not a Python file, so it cannot be started."
    elif not context.files[context.entry].strip():
        yield f"{context.entry} is empty, so there is nothing to start."


def _module_problems(context: Context) -> Iterator[str]:
    """Find modules that Python would load in place of its own, by the folders it looks in first.

    And modules with a sign in their path that the type checker keeps for itself: it passes over
    them in silence.
    """
    first = {PurePosixPath("."), PurePosixPath("src"), PurePosixPath(context.entry).parent}
    for name in sorted(context.files):
        path = PurePosixPath(name)
        if path.suffix == ".py" and "@" in name:
            yield f"{name} has a sign in its name that no Python file can have."
        if path.suffix in _PYTHON and not _is_utf8(context.files[name]):
            yield f"{name} says that it is written in another encoding than UTF-8."
        module = path.parent if path.stem == "__init__" else path.with_suffix("")
        own = module.name in sys.stdlib_module_names - _HARMLESS or module.name in _TAKEN
        if path.suffix in _PYTHON and own and module.parent in first:
            yield f"{name} takes the place of a part of Python; it needs another name."


def _is_utf8(text: str) -> bool:
    """Tell whether Python reads a file as it is written: its first lines may name an encoding in
    which a comment is code, and then other readers see other code than what runs (PEP 263)."""
    try:
        named, _ = tokenize.detect_encoding(BytesIO(text.encode()).readline)
    except SyntaxError:
        return False
    return named in _ENCODINGS


def _listing(context: Context) -> str:
    lines = [f"{len(text.encode()):>8}  {name}" for name, text in sorted(context.files.items())]
    needed = context.files.get(_REQUIREMENTS, "").split("\n")
    packages = [line.strip() for line in needed if line.strip() and not line.startswith("#")]
    if packages:
        lines += ["", f"Not installed for the checks: {', '.join(packages)}"]
    return cut("\n".join(lines))
