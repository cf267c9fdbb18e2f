"""Show an answer that is still growing the way people read it."""

from typing import Any

from langchain_core.utils.json import parse_partial_json

from toggle_core.builders.chat.prompts import fenced


def readable(answer: str) -> str:
    """What has come of an answer so far, as Markdown.

    Args:
        answer: the texts of all pieces so far, joined. Prose stays as it is; structured output,
            which is JSON broken off anywhere, becomes the plan's steps or the files' blocks.
    """
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
    return "\n\n".join(part for part in parts if isinstance(part, str) and part)
