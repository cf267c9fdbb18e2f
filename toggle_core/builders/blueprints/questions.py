"""Questions of a quiz that a person has typed in a form, or a program below a task."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from toggle_core.builders.blueprints.literals import one_line

LONGEST: Final = 200
"""Characters of a question, or of an answer."""

LONGEST_IN_ALL: Final = 4_000
"""Characters of all questions: a task with them has to stay within its own limit."""

MOST: Final = 30
FEWEST_ANSWERS: Final = 2
MOST_ANSWERS: Final = 4

HINT: Final = (
    "One question a line: question | right answer | wrong answer | wrong answer. Or in blocks, with"
    " a blank line between them: the question, then the right answer, then one to three wrong ones,"
    " each on a line of its own."
)

Row = tuple[str, ...]
"""A question, its right answer, and the wrong ones."""

_WIDEST: Final = 4 * LONGEST
_SHOWN: Final = 40
_BLANK: Final = re.compile(r"\n[ \t]*\n")
_SEPARATORS: Final = ("|", "\t", ";")
_NUMBER: Final = re.compile(r"(?:\d{1,3}[.)]|[-*•\u2013])\s+")
_LETTER: Final = re.compile(r"(?:\d{1,3}[.)]|[a-fA-F][.)]|[-•\u2013])\s+")
_QUESTION: Final = re.compile(r"q(?:uestion)?\s*\d{0,3}\s*[:.)]\s+", re.IGNORECASE)
_ANSWER: Final = re.compile(
    r"(?:(?:right|correct|wrong|incorrect|false)(?:\s+answer)?|answer)\s*:\s+", re.IGNORECASE
)
_RIGHT: Final = re.compile(
    r"(?P<before>\*\s+|[✓✔✅]\s*)?(?P<text>.+?)(?P<after>\s+\*|\s*[✓✔✅]|\s+\((?:right|correct)\))?",
    re.IGNORECASE,
)


def read_questions(text: str) -> tuple[Row, ...]:
    """Read questions as people write them; what is missing is left for the check.

    The first answer is the right one, unless one other is marked with an asterisk, a tick or
    "(right)". Numbers, letters and labels before questions and answers are passed over.

    Args:
        text: a question a line with bars, tabs or semicolons between it and its answers, or blocks
            of lines.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    rows = [row for block in _BLANK.split(lines) for row in _rows(block)]
    asked = _all_without(_NUMBER, [row[0] for row in rows])
    return tuple(
        (_without(_QUESTION, question), *_answers(row[1:]))
        for question, row in zip(asked, rows, strict=True)
    )


def stored_questions(text: str) -> tuple[Row, ...]:
    """Read questions as they stand below a task, a line each, with bars between the parts.

    Args:
        text: what :func:`write_questions` wrote, or a program.
    """
    parts = ([_clean(part) for part in line.split("|")] for line in text.split("\n"))
    return tuple((row[0], *filter(None, row[1:])) for row in parts if any(row))


def write_questions(rows: Iterable[Sequence[str]]) -> str:
    """Write questions a line each, as they stand in the form and below a task.

    Args:
        rows: the questions with their answers.
    """
    return "\n".join(" | ".join(row) for row in rows)


def refused_questions(rows: Sequence[Row], least: int) -> str:
    """Why questions cannot be used, without a full stop; empty where they can. None always can.

    Args:
        rows: what was read.
        least: how many there have to be.
    """
    if not rows:
        return ""
    if not least <= len(rows) <= MOST:
        return f"write {least} to {MOST} questions, each on a line of its own"
    if sum(len(text) for row in rows for text in row) > LONGEST_IN_ALL:
        return f"all questions together may have at most {LONGEST_IN_ALL:,} characters"
    if reason := next(filter(None, map(_refused_row, rows)), ""):
        return reason
    asked = [row[0].casefold() for row in rows]
    twice = [row[0] for row in rows if asked.count(row[0].casefold()) > 1]
    return f"“{_short(twice[0])}” is there twice" if twice else ""


def usable_questions(rows: Any, least: int) -> tuple[Row, ...]:
    """Clean questions, whoever wrote them; those that cannot be used are dropped.

    Args:
        rows: the questions with their answers.
        least: how many there have to be: where fewer are left, there are none.
    """
    cleaned = (tuple(_clean(text) for text in row) for row in rows)
    by_text = {row[0].casefold(): row for row in cleaned if not _refused_row(row)}
    return tuple(by_text.values())[:MOST] if len(by_text) >= least else ()


def _rows(block: str) -> Iterator[Row]:
    lines = [line for line in block.split("\n") if line.strip()]
    separator = next((each for each in _SEPARATORS if _separates(each, lines)), "")
    if separator:
        yield from (_row(line.split(separator)) for line in lines)
        return
    started: list[str] = []
    for line in lines:
        if len(started) > 1 and line.rstrip().endswith("?"):
            yield _row(started)
            started = []
        started.append(line)
    if started:
        yield _row(started)


def _separates(separator: str, lines: Sequence[str]) -> bool:
    """Whether lines are parted by a separator; a lone semicolon may be part of a sentence."""
    if separator == ";":
        return bool(lines) and all(line.count(separator) > 1 for line in lines)
    return any(separator in line.strip() for line in lines)


def _row(parts: Sequence[str]) -> Row:
    return tuple(map(_clean, parts))


def _answers(written: Sequence[str]) -> list[str]:
    """Read answers, the right one first."""
    answers = [_without(_ANSWER, each) for each in _all_without(_LETTER, [*filter(None, written)])]
    found = [_RIGHT.fullmatch(each) for each in answers]
    right = [
        index for index, each in enumerate(found) if each and (each["before"] or each["after"])
    ]
    bare = [each["text"] if each else "" for each in found]
    if len(right) == 1:
        return [bare.pop(right[0]), *bare]
    return answers


def _all_without(label: re.Pattern[str], texts: Sequence[str]) -> Sequence[str]:
    """Cut numbers or bullets off the start of texts, if all of several have one."""
    has_all = len(texts) > 1 and all(_without(label, each) != each for each in texts)
    return [_without(label, each) for each in texts] if has_all else texts


def _without(label: re.Pattern[str], text: str) -> str:
    """Cut a label off the start of a text, unless nothing else is there."""
    found = label.match(text)
    return (text[found.end() :] or text) if found else text


def _clean(text: str) -> str:
    return one_line(text, _WIDEST)


def _refused_row(row: Row) -> str:
    question, *answers = row
    name = f"“{_short(question)}”"
    long = next((f"“{_short(each)}”" for each in row if len(each) > LONGEST), "")
    faults = {
        "a question has no text": not question.strip("?"),
        f"{long} is longer than {LONGEST} characters": bool(long),
        f"{name} needs a right answer and at least one wrong one": len(answers) < FEWEST_ANSWERS,
        f"{name} has more than {MOST_ANSWERS} answers": len(answers) > MOST_ANSWERS,
        f"{name} has the same answer twice": len({*map(str.casefold, answers)}) < len(answers),
        f"{name} has an answer without text": not all(each.strip("?") for each in answers),
        f"{name} may not hold “${{”": any("${" in each for each in row),
    }
    return next((reason for reason, is_so in faults.items() if is_so), "")


def _short(text: str) -> str:
    return one_line(text, _SHOWN)
