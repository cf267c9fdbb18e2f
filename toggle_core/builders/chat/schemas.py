"""JSON Schemas of the answers, in the strict form that OpenAI's servers ask for.

Every property is required, so what may be missing is an empty text or list.
"""

from collections.abc import Mapping
from typing import Any, Final

Schema = Mapping[str, Any]


def _text(description: str) -> Schema:
    return {"type": "string", "description": description}


def _object(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Schema, description: str) -> Schema:
    return {"type": "array", "items": items, "description": description}


_SENTENCES: Final[Schema] = {"type": "string"}

_FILES: Final = _list(
    _object(path=_text("Relative, with forward slashes."), text=_text("The whole file.")),
    "Files, each of them whole.",
)
_UNMET: Final = _list(_SENTENCES, "Wishes of the task that are not fulfilled, with the reason.")
_ASSUMPTIONS: Final = _list(_SENTENCES, "Decisions where the task left something open.")
_ENTRY: Final = _text("Path of the file to start.")

PLAN_SCHEMA: Final[Schema] = {
    "title": "Plan",
    "description": "The plan of a small program.",
    **_object(
        goal=_text("One sentence: what will be built."),
        steps=_list(_SENTENCES, "Steps, without numbers."),
        needs=_list(_SENTENCES, "Names of environment variables with keys, such as X_API_KEY."),
    ),
}

PROJECT_SCHEMA: Final[Schema] = {
    "title": "Project",
    "description": "All files of a small program.",
    **_object(
        summary=_text("What was built, in one or two sentences."),
        files=_FILES,
        entry=_ENTRY,
        unmet=_UNMET,
        assumptions=_ASSUMPTIONS,
    ),
}

CHANGE_SCHEMA: Final[Schema] = {
    "title": "Change",
    "description": "What changes in the files of a small program.",
    **_object(
        summary=_text("What the program does, in one or two sentences; empty for a repair."),
        edits=_list(
            _object(
                path=_text("A file of the project."),
                search=_text("Lines of it, exactly as they are, found once in it."),
                replace=_text("What stands there instead."),
            ),
            "Changes to files, in the order in which they are made.",
        ),
        files=_FILES,
        deleted=_list({"type": "string"}, "Paths of files that go."),
        renamed=_list(
            _object(path=_text("As it is."), new_path=_text("As it will be.")),
            "Files that get another path.",
        ),
        entry=_ENTRY,
        unmet=_UNMET,
        assumptions=_ASSUMPTIONS,
        test_changes=_list(
            _object(
                test=_text("Name of the test function."),
                reason=_text("test was wrong: ... or feature removed as asked: ..."),
            ),
            "Tests that are removed or check less, each with the reason.",
        ),
        objection=_text("Empty; or why a check contradicts the task and cannot be passed."),
    ),
}
