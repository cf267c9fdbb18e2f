"""Compile every Python file of the project, running none."""

import warnings
from typing import Any

from .task import Channel, Task

_DEEPER_THAN_PYTHON_GOES = (RecursionError, MemoryError)


def run(task: Task, channel: Channel) -> None:
    """Report how many files compile and what is wrong with the others."""
    warnings.simplefilter("ignore")
    names = [name for name in task.files if name.endswith(".py")]
    faults = [fault for name in names if (fault := _fault(name, task.files[name]))]
    channel.report({"compiled": len(names), "faults": faults})


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
