"""Compile every Python file of the project, running none, and parse its JSON and TOML files."""

import json
import tomllib
import warnings
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

_DEEPER_THAN_PYTHON_GOES = (RecursionError, MemoryError)


_PARSERS: Final[Mapping[str, Callable[[str], object]]] = {
    ".json": json.loads,
    ".toml": tomllib.loads,
}


def read_code(files: Mapping[str, str]) -> dict[str, Any]:
    """Return how many files compile and what is wrong with the others."""
    warnings.simplefilter("ignore")
    names = [name for name in files if name.endswith(".py")]
    faults = [fault for name in names if (fault := _fault(name, files[name]))]
    faults += [fault for name in files if (fault := _data_fault(name, files[name]))]
    return {"compiled": len(names), "faults": faults}


def _data_fault(name: str, text: str) -> dict[str, Any] | None:
    """Tell why a data file cannot be parsed. Those of tests may be broken on purpose."""
    path = PurePosixPath(name)
    parse = _PARSERS.get(path.suffix.lower())
    if parse is None or "tests" in path.parts or path.name.startswith("test_"):
        return None
    try:
        parse(text)
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
        return {"path": name, "line": line, "message": str(error), "text": ""}
    except _DEEPER_THAN_PYTHON_GOES:
        return {"path": name, "line": 0, "message": "it is nested too deeply", "text": ""}
    return None


def _fault(name: str, text: str) -> dict[str, Any] | None:
    try:
        compile(text.encode(), name, "exec", dont_inherit=True)
    except SyntaxError as error:
        line = (error.text or "").strip()
        return {"path": name, "line": error.lineno or 0, "message": error.msg, "text": line}
    except ValueError as error:
        return {"path": name, "line": 0, "message": str(error), "text": ""}
    except _DEEPER_THAN_PYTHON_GOES:
        return {"path": name, "line": 0, "message": "the code is nested too deeply", "text": ""}
    return None
