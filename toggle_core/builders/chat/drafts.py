"""Read what a model wrote, as JSON or as prose, into a plan or the draft of a project."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from toggle_core.builders.chat.fences import Block, blocks

THOUGHTS: Final = re.compile(r"<(think|thinking)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
"""Reasoning that some local models write before the answer, into the same text."""

SUMMARY_LENGTH: Final = 300

PLAN_SCHEMA: Final[Mapping[str, Any]] = {
    "title": "Plan",
    "description": "The plan of a small program.",
    "type": "object",
    "properties": {
        "goal": {"type": "string", "description": "One sentence: what will be built."},
        "steps": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["goal", "steps"],
    "additionalProperties": False,
}

PROJECT_SCHEMA: Final[Mapping[str, Any]] = {
    "title": "Project",
    "description": "All files of a small program.",
    "type": "object",
    "properties": {
        "summary": {"type": "string", "description": "What was built, in one or two sentences."},
        "files": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "path": {"type": "string", "description": "Relative, with forward slashes."},
                    "text": {"type": "string", "description": "The whole file."},
                },
                "required": ["path", "text"],
                "additionalProperties": False,
            },
        },
        "entry": {"type": "string", "description": "Path of the file to start."},
        "how_to_run": {"type": "string", "description": "One shell line."},
    },
    "required": ["summary", "files", "entry", "how_to_run"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A project as a model wrote it: nothing is checked yet, and most of it may be missing.

    Attributes:
        files: path and text, in the order written; a path may come twice.
        entry: path of the file to start; may be empty or wrong.
        how_to_run: one shell line; may be empty.
        summary: what was built; may be empty.
    """

    files: tuple[tuple[str, str], ...]
    entry: str = ""
    how_to_run: str = ""
    summary: str = ""


def read_plan(answer: str) -> str | None:
    """The plan as Markdown; None when the answer is no plan."""
    answer = without_thoughts(answer)
    for found in _objects(answer):
        goal, steps = found.get("goal"), found.get("steps")
        if isinstance(goal, str) and isinstance(steps, list):
            return _plan(goal, [step for step in steps if isinstance(step, str)])
    if answer.startswith(("{", "[")):
        return None
    wrapped = next(blocks(answer), None)
    if wrapped and wrapped.start == 0 and wrapped.language in {"", "markdown", "md"}:
        return wrapped.text.strip() or None
    return answer or None


def read_project(answer: str) -> Draft | None:
    """The draft of a project; None when the answer holds no files."""
    answer = without_thoughts(answer)
    for found in _objects(answer):
        if files := _files(found.get("files")):
            return Draft(
                files=files,
                entry=_text(found, "entry"),
                how_to_run=_text(found, "how_to_run"),
                summary=_text(found, "summary"),
            )
    return _from_blocks(answer)


def without_thoughts(answer: str) -> str:
    """The answer without the reasoning it begins with."""
    answer = answer.strip()
    thoughts = THOUGHTS.match(answer)
    return answer[thoughts.end() :].strip() if thoughts else answer


def _plan(goal: str, steps: list[str]) -> str | None:
    clean = [re.sub(r"^\s*(?:\d+[.)]|[-*])\s+", "", step).strip() for step in steps]
    numbered = [f"{number}. {step}" for number, step in enumerate(filter(None, clean), start=1)]
    return "\n\n".join(filter(None, [goal.strip(), "\n".join(numbered)])) or None


def _objects(answer: str) -> Iterator[dict[str, Any]]:
    """JSON objects the answer may consist of: all of it, a fenced block, the outermost braces."""
    candidates = [answer]
    candidates += [block.text for block in blocks(answer) if block.language in {"", "json"}]
    candidates.append(answer[answer.find("{") : answer.rfind("}") + 1])
    for candidate in candidates:
        if not candidate.lstrip().startswith("{"):
            continue
        try:
            # Not strict: models put line breaks into strings as they are.
            found = json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            yield found


def _files(found: Any) -> tuple[tuple[str, str], ...]:
    """Files as the schema has them, or as an object of texts by path."""
    if isinstance(found, dict):
        found = [{"path": path, "text": text} for path, text in found.items()]
    if not isinstance(found, list):
        return ()
    files = [_file(each) for each in found if isinstance(each, dict)]
    return tuple((path, text) for path, text in files if path and text is not None)


def _file(found: dict[str, Any]) -> tuple[str, str | None]:
    path = _text(found, "path") or _text(found, "name") or _text(found, "filename")
    texts = (found.get(name) for name in ("text", "content", "code"))
    return path, next((text for text in texts if isinstance(text, str)), None)


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    return value.strip() if isinstance(value, str) else ""


def _from_blocks(answer: str) -> Draft | None:
    """Files from fenced blocks. Of two for one path the later stands: it corrects the earlier."""
    found = list(blocks(answer))
    named = {block.path: block.text for block in found if block.path}
    named = named or _unnamed(found)
    if not named:
        return None
    return Draft(files=tuple(named.items()), summary=_summary(answer, found[0].start))


def _unnamed(found: list[Block]) -> dict[str, str]:
    """Names for blocks without any: the longest Python block is the program, tests are tests."""
    python = [block.text for block in found if block.language in {"python", "py", "python3"}]
    python = python or [block.text for block in found if not block.language]
    tests = [text for text in python if re.search(r"^\s*def test_", text, re.MULTILINE)]
    programs = [text for text in python if text not in tests and text.strip()]
    named = {"main.py": max(programs, key=len)} if programs else {}
    return named | ({"tests/test_main.py": max(tests, key=len)} if named and tests else {})


def _summary(answer: str, lines: int) -> str:
    """The prose before the first block, if it is a sentence or two."""
    before = [line for line in answer.splitlines()[:lines] if not line.startswith("#")]
    text = " ".join(" ".join(before).split())
    if len(text) > SUMMARY_LENGTH:
        return ""
    return " ".join(re.findall(r"\S.*?[.!](?=\s|$)", text)[:2])
