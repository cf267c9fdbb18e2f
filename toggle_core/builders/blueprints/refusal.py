"""Saying no: what is missing, what comes nearest, and what to do next."""

from collections.abc import Iterable, Sequence

from toggle_core.builders.blueprints.languages import foreign_language
from toggle_core.builders.blueprints.literals import one_line
from toggle_core.builders.blueprints.matching import Match
from toggle_core.builders.blueprints.reading import Reading
from toggle_core.builders.blueprints.task import LeftOut, Task
from toggle_core.builders.blueprints.words import Word
from toggle_core.errors import NoBlueprint

_MOST_PASSAGES = 6
_WIDEST_PASSAGE = 60
_LEAST_LIKENESS = 0.6
_EXAMPLE = "Create a to-do list app"


def refusal(found: Match) -> NoBlueprint:
    """Explain why a task is not built.

    Args:
        found: what came of reading the task.
    """
    readings = sorted(found.readings, key=lambda each: each.blueprint.title.lower())
    why, instead = reason_of(found)
    return NoBlueprint(
        reason=f"{why} {instead}".rstrip(),
        offers=_listed([each.blueprint.offer for each in readings], "or"),
    )


def left_out_sentence(left: LeftOut, task: Task) -> str:
    """Write one sentence about a wish a project is built without."""
    return f"{left_out_words(left, task)}: {left.reason}."


def left_out_words(left: LeftOut, task: Task) -> str:
    """Quote the words of a task that a project leaves out, on one line."""
    return one_line(task.text_of(left), _WIDEST_PASSAGE)


def reason_of(found: Match) -> tuple[str, str]:
    """Say why a task is not built, and what to write instead; the second may be empty.

    Args:
        found: what came of reading the task.
    """
    best = max(found.readings, key=_nearness)
    if language := found.language or _language_of(best, found.task):
        example = best.blueprint.example if best.core else _EXAMPLE
        return (
            f"The built-in builder reads English, and this task seems to be in {language}.",
            f"Please write it in English, for example “{example}”.",
        )
    if parts := parts_of(found):
        return _several(parts, found.task)
    if not best.core:
        return _far(best, found.task), ""
    return (
        _near(best, found.task),
        f"To build it without, rephrase the task, for example “{best.blueprint.example}”.",
    )


def _language_of(reading: Reading, task: Task) -> str:
    """Name the language of what is left out: "a to-do app mit deutscher Oberfläche"."""
    languages = (
        foreign_language(task.text_of(each), is_whole=not each.start) for each in reading.left_out
    )
    return next(filter(None, languages), "")


def _nearness(reading: Reading) -> tuple[bool, float, float, float]:
    """Rate a reading: what a task names first is what it asks for, the rest are its wishes."""
    first = min(reading.core, default=0)
    missing = sum(each.end - each.start for each in reading.left_out)
    return bool(reading.core), -first, -missing, reading.likeness


def parts_of(found: Match) -> tuple[Reading, ...]:
    """The two projects of a task that asks for more than one; none where it asks for one.

    Args:
        found: what came of reading the task.
    """
    first, task = max(found.readings, key=_nearness), found.task
    second = next(
        (
            each
            for each in found.readings
            if each.core
            and first.core
            and all(_leaves_out(first, each, task))
            and any(_leaves_out(each, first, task))
        ),
        None,
    )
    return () if second is None else (first, second)


def _several(parts: Sequence[Reading], task: Task) -> tuple[str, str]:
    """Name the two projects of a task that asks for more than one, and a task for each."""
    one, two = (each.blueprint for each in parts)
    why = (
        f"This asks for two projects: {one.offer} and {two.offer}. The built-in builder makes one"
        f" at a time.{_missing_of(parts, task)}"
    )
    return why, f"Write “{one.example}”, then “{two.example}”."


def _leaves_out(reading: Reading, other: Reading, task: Task) -> list[bool]:
    """Tell for each word of another project's core whether a reading leaves it out."""
    return [_is_left_out(task.words[index], reading) for index in sorted(other.core)]


def _is_left_out(word: Word, reading: Reading) -> bool:
    return any(left.start <= word.start and word.end <= left.end for left in reading.left_out)


def _missing_of(readings: Sequence[Reading], task: Task) -> str:
    """Name what neither of two projects covers."""
    told = readings[0].core | readings[1].core | task.small
    missing = [
        LeftOut(word.start, word.end)
        for index, word in enumerate(task.words)
        if index not in told and all(_is_left_out(word, each) for each in readings)
    ]
    return f" Neither covers {_quoted(missing, task)}." if missing else ""


def _far(best: Reading, task: Task) -> str:
    if reasons := _reasons(best.left_out, task):
        return f"The built-in builder cannot {reasons}."
    asked = one_line(task.text, _WIDEST_PASSAGE)
    if not asked:
        return "The task names nothing that can be built."
    is_likely = best.likeness >= _LEAST_LIKENESS
    nearest = f" The closest it makes is {best.blueprint.offer}." if is_likely else ""
    return f"The built-in builder has no project for “{asked}”.{nearest}"


def _near(best: Reading, task: Task) -> str:
    unknown = [each for each in best.left_out if not _is_outside(each)]
    parts = []
    if unknown:
        parts.append(f"what it makes does not cover {_quoted(unknown, task)}")
    if reasons := _reasons(best.left_out, task):
        parts.append(f"it cannot {reasons}")
    missing = f", but {', and '.join(parts)}" if parts else ""
    return f"The built-in builder can make {best.blueprint.offer}{missing}."


def _is_outside(left: LeftOut) -> bool:
    return bool(left.reason) and not left.is_omissible


def _reasons(left_out: Iterable[LeftOut], task: Task) -> str:
    """List what is out of scope, each with the words that ask for it."""
    by_reason: dict[str, list[LeftOut]] = {}
    for each in left_out:
        if _is_outside(each):
            by_reason.setdefault(each.reason, []).append(each)
    return _listed([f"{why} ({_quoted(each, task)})" for why, each in by_reason.items()], "or")


def _quoted(left_out: Iterable[LeftOut], task: Task) -> str:
    texts = (one_line(task.text_of(each), _WIDEST_PASSAGE) for each in left_out)
    shown = list(dict.fromkeys(texts))
    more = ["more"] if len(shown) > _MOST_PASSAGES else []
    return _listed([*(f"“{text}”" for text in shown[:_MOST_PASSAGES]), *more], "and")


def _listed(texts: Sequence[str], join: str) -> str:
    return f"{', '.join(texts[:-1])} {join} {texts[-1]}" if len(texts) > 1 else "".join(texts)
