"""Show an answer that is still growing the way people read it."""

import re
from typing import Any, Final

from langchain_core.utils.json import parse_partial_json

from toggle_core.builders.chat.prompts import fenced

FENCE: Final = re.compile(r"\s*`{3,}json\s*(?=\{|\Z)")
"""Opens the block of JSON that promises come in."""


def readable(answer: str) -> str:
    """What has come of an answer so far, as Markdown.

    Args:
        answer: the texts of all pieces so far, joined. Prose stays as it is; structured output,
            which is JSON broken off anywhere, becomes the plan's steps, the files' blocks, or the
            sentences of promises.
    """
    if fence := FENCE.match(answer):
        answer = answer[fence.end() :].rstrip("`\n ") or "{"
    if not answer.lstrip().startswith("{"):
        return answer
    try:
        found = parse_partial_json(answer)
    except ValueError:
        return ""
    return _markdown(found) if isinstance(found, dict) else ""


def _markdown(found: dict[str, Any]) -> str:
    parts = [found.get("goal"), found.get("summary")]
    steps = found.get("steps")
    if isinstance(steps, list):
        parts.append("\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1)))
    files = found.get("files")
    if isinstance(files, list):
        shown = {
            str(file["path"]): str(file.get("text") or "")
            for file in files
            if isinstance(file, dict) and file.get("path")
        }
        parts.append(fenced(shown))
    promises = found.get("promises")
    if isinstance(promises, list):
        sentences = [each.get("sentence") for each in promises if isinstance(each, dict)]
        parts.append("\n".join(f"- {each}" for each in sentences if each))
    return "\n\n".join(part for part in parts if isinstance(part, str) and part)
