"""What of a run can be taken home: its project, and what it takes to start and to try it."""

import json
from collections.abc import Mapping
from typing import Final

from toggle_core.gates.promises.standalone import standalone_script
from toggle_core.projects.archive import archive_name, zip_of
from toggle_core.projects.starters import EXECUTABLE
from toggle_core.projects.web_programs import is_web_program, starters_for
from toggle_core.runs.model import Run
from toggle_core.runs.pictures import list_contents
from toggle_core.runs.preview import preview_of
from toggle_core.store.database import Database

PROMISES_FILE: Final = "promises.json"
SCRIPT_FILE: Final = "check_promises.py"
PICTURES_FOLDER: Final = "pictures"


def download_of(run: Run) -> Mapping[str, str]:
    """Text of each file of a download, by its path.

    A web program comes with what starts it by a double click. A project of which something was
    promised comes with the promises and with a program of the standard library that tries them.
    Files of the project that are called the same give way.

    Args:
        run: whose project.
    """
    if not run.files:
        return run.files
    starters = _starters(run)
    if not run.promises:
        return {**run.files, **starters}
    promises = json.dumps({**run.promises, "entry": run.entry}, ensure_ascii=False, indent=2) + "\n"
    return {**run.files, **starters, PROMISES_FILE: promises, SCRIPT_FILE: standalone_script()}


def zipped(database: Database, run: Run) -> bytes:
    """A download as a zip file, with everything in a folder that is named for the task.

    Pictures of the program's pages are in a folder of their own. They are no part of the project:
    no change and no check begins with them.

    Args:
        database: where its pictures are.
        run: whose project.

    Raises:
        DatabaseAway: the database cannot be reached.
    """
    pictures = {
        f"{PICTURES_FOLDER}/{picture.promise or 'front'}-{picture.width}.png": content
        for picture, content in (list_contents(database, run.id) if run.finished_at else ())
    }
    return zip_of({**download_of(run), **pictures}, archive_name(run.task), EXECUTABLE)


def _starters(run: Run) -> Mapping[str, str]:
    """What starts the project's web program; nothing where it has none."""
    files = run.files or {}
    is_web = is_web_program(run.promises, files) or preview_of(run).fetched
    return starters_for(run.entry or "", files) if is_web else {}
