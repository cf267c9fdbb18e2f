"""What of a run can be taken home: its project, and what it takes to try its promises anywhere."""

import json
from collections.abc import Mapping
from typing import Final

from toggle_core.gates.promises.standalone import standalone_script
from toggle_core.runs.model import Run

PROMISES_FILE: Final = "promises.json"
SCRIPT_FILE: Final = "check_promises.py"


def download_of(run: Run) -> Mapping[str, str]:
    """Text of each file of a download, by its path.

    A project of which something was promised comes with the promises and with a program of the
    standard library that tries them. Files of the project that are called the same give way.

    Args:
        run: whose project.
    """
    if not run.files or not run.promises:
        return run.files
    promises = json.dumps({**run.promises, "entry": run.entry}, ensure_ascii=False, indent=2) + "\n"
    return {**run.files, PROMISES_FILE: promises, SCRIPT_FILE: standalone_script()}
