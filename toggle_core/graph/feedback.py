"""What the coder reads of failed gates: each with its findings and the lines of code they name."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from toggle_core.builders.protocol import Feedback, GateFailure
from toggle_core.gates.model import GateResult, failures, from_json
from toggle_core.graph.state import AgentState
from toggle_core.storable import UNSTORABLE

FEEDBACK_LIMIT: Final = 16_000
"""Characters of all failed gates together."""

PLACES_LIMIT: Final = 30
"""Places in the code that are shown for one gate."""

LINES_AROUND: Final = 2

LINE_LIMIT: Final = 200
"""Characters shown of one line of code."""

CUT: Final = "\n[cut here]"

PLACE: Final = re.compile(
    r'(?<![^\s"\'(),:])(?P<path>[^\s"\'(),:]+\.\w+)(?::|", line )(?P<line>\d{1,6})\b'
)
"""A place as tools name it (``main.py:3``) and as Python does (``File "main.py", line 3``)."""


def feedback_of(state: AgentState) -> Feedback | None:
    """Why the coder is called again, None the first time.

    Args:
        state: with what the gates said of the files.
    """
    failed = failures(from_json(state["gates"]))
    if not failed:
        return None
    files: dict[str, str] = json.loads(state["files"])
    seen: set[str] = set()
    parts = [_parts(result, files, seen) for result in failed]
    shares = fair_shares([len("\n\n".join(each)) for each in parts], FEEDBACK_LIMIT)
    return Feedback(
        failures=tuple(
            GateFailure(result.gate, _joined(each, share))
            for result, each, share in zip(failed, parts, shares, strict=True)
        ),
        files=files,
        entry=state["entry"],
        attempt=state["attempt"] + 1,
    )


def fair_shares(lengths: Sequence[int], limit: int) -> list[int]:
    """Share a limit out: what needs less than an equal share leaves the rest to the others.

    Args:
        lengths: how much each would need.
        limit: how much there is for all.

    Returns:
        How much each gets, never more than it needs.
    """
    shares = [0] * len(lengths)
    left = limit
    order = sorted(range(len(lengths)), key=lambda index: lengths[index])
    for waiting, index in zip(range(len(lengths), 0, -1), order, strict=True):
        shares[index] = min(lengths[index], left // waiting)
        left -= shares[index]
    return shares


def _parts(result: GateResult, files: Mapping[str, str], seen: set[str]) -> list[str]:
    """What is said of a failed gate: in a sentence, in findings, in lines of code, in output.

    Args:
        result: of the gate.
        files: of the project.
        seen: paragraphs that the coder reads already; those of this gate are added.
    """
    detail = _new_paragraphs(result.detail, seen)
    output = _new_paragraphs(result.output, seen)
    if result.output.strip() in result.detail:
        output = ""
    code = "\n\n".join(_excerpts(f"{result.detail}\n{result.output}", files))
    parts = [UNSTORABLE.sub("", part) for part in (result.summary, detail, code, output)]
    return [part for part in parts if part.strip()]


def _new_paragraphs(text: str, seen: set[str]) -> str:
    """The text without paragraphs that were there before: a fault in one place fails many tests."""
    kept = []
    for paragraph in re.split(r"\n\s*\n", text):
        if paragraph.strip() and paragraph.strip() not in seen:
            kept.append(paragraph)
            seen.add(paragraph.strip())
    return "\n\n".join(kept)


def _joined(parts: Sequence[str], limit: int) -> str:
    """The parts in at most ``limit`` characters; a cut one keeps its beginning."""
    gaps = 2 * (len(parts) - 1)
    shares = fair_shares([len(part) for part in parts], max(limit - gaps, 0))
    return "\n\n".join(_cut(part, share) for part, share in zip(parts, shares, strict=True))


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return (text[: max(limit - len(CUT), 0)] + CUT)[:limit]


def _excerpts(findings: str, files: Mapping[str, str]) -> Iterator[str]:
    """The lines of code that findings name, with those around them, file by file."""
    code = {path: text.split("\n") for path, text in files.items()}
    named: dict[str, set[int]] = {}
    for path, line in islice(_places(findings, code), PLACES_LIMIT):
        named.setdefault(path, set()).add(line)
    return (f"{path}\n{_excerpt(code[path], lines)}" for path, lines in named.items())


def _places(findings: str, code: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, int]]:
    """Each place once, in the order of the findings."""
    named = dict.fromkeys((found["path"], int(found["line"])) for found in PLACE.finditer(findings))
    for name, line in named:
        # As the tool names it, or the end of an absolute path.
        ends = (path for path in code if f"/{name}".endswith(f"/{path}"))
        path = max(ends, key=len, default="")
        if path and 1 <= line <= len(code[path]):
            yield path, line


def _excerpt(code: Sequence[str], named: set[int]) -> str:
    around = range(-LINES_AROUND, LINES_AROUND + 1)
    shown = sorted({line + step for line in named for step in around})
    rows: list[str] = []
    for before, line in zip([0, *shown], shown, strict=False):
        if not 1 <= line <= len(code):
            continue
        if rows and line != before + 1:
            rows.append("  ...")
        sign = ">" if line in named else " "
        rows.append(f"{sign} {line:>4} | {code[line - 1][:LINE_LIMIT]}".rstrip())
    return "\n".join(rows)
