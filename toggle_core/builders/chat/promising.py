"""Have a model write promises: once, and once more with all that was wrong."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from toggle_core.builders.chat.misspellings import missing_words
from toggle_core.builders.chat.objects import JsonObject
from toggle_core.builders.chat.promise_judging import Judged, Wish, judged, line, without
from toggle_core.builders.chat.prompts import corrected_promises, promise_request
from toggle_core.builders.protocol import FindVacuous
from toggle_core.errors import (
    ModelAnswerCutOff,
    ModelAnswerEmpty,
    ModelAnswerTooLarge,
    ModelAnswerUnreadable,
    ModelDeclined,
)
from toggle_core.gates.promises.interface import LONGEST
from toggle_core.gates.promises.interface import MOST as MOST_LEFT_OUT
from toggle_core.gates.promises.model import MOST, LeftOut
from toggle_core.gates.promises.reading import MOST_REVIEWED

POOR: Final = (
    ModelAnswerCutOff,
    ModelAnswerEmpty,
    ModelAnswerTooLarge,
    ModelAnswerUnreadable,
    ModelDeclined,
)
"""Failures of an answer, not of the model's server: a run can go on without promises."""

ASKED_AGAIN: Final = (ModelAnswerEmpty, ModelAnswerUnreadable)
"""Those that another answer may not have."""

Ask = Callable[[str], JsonObject]
"""Sends a request and returns the object that was answered."""


def write_promises(ask: Ask, wish: Wish, find_vacuous: FindVacuous | None) -> dict[str, Any]:
    """Have promises written.

    Args:
        ask: asks the model.
        wish: what for.
        find_vacuous: tries promises on programs that do nothing; None: nothing is tried.

    Returns:
        The promises that are valid, possibly none. What was dropped, and the words of the task that
        no promise mentions, are in ``left_out``.

    Raises:
        ModelFailed: the model cannot be reached or used.
    """
    request = promise_request(wish.task, wish.plan, wish.base, wish.before)
    answer, first, is_final = _asked(ask, request, wish, find_vacuous)
    if not first.faults or is_final:
        return _settled(first, wish)
    again = corrected_promises(request, answer, first.faults)
    _, second, _ = _asked(ask, again, wish, find_vacuous)
    is_worse = len(second.promises.promises) < len(first.promises.promises)
    return _settled(first if is_worse else second, wish)


def _asked(
    ask: Ask, request: str, wish: Wish, find_vacuous: FindVacuous | None
) -> tuple[JsonObject | None, Judged, bool]:
    """What was answered, what is to be said of it, and whether to leave it at that."""
    try:
        answer = ask(request)
    except POOR as failed:
        return None, without(failed, wish), not isinstance(failed, ASKED_AGAIN)
    return answer, judged(answer, wish, find_vacuous), False


def _settled(judged: Judged, wish: Wish) -> dict[str, Any]:
    """The promises of an answer, with everything that is missing named as left out."""
    promises = judged.promises
    most = MOST_REVIEWED if wish.base is not None else MOST
    kept, more = promises.promises[:most], promises.promises[most:]
    too_many = [LeftOut(each.sentence, f"At most {most} promises are tried.") for each in more]
    left_out = [*promises.left_out, *judged.dropped, *too_many]
    promises = replace(promises, promises=kept, left_out=_bounded(left_out))
    missing = missing_words(wish.task, promises)
    left_out += [LeftOut(words, "No promise covers it.") for words in _chunks(missing)]
    return replace(promises, left_out=_bounded(left_out)).to_json()


def _bounded(left_out: Sequence[LeftOut]) -> tuple[LeftOut, ...]:
    entries = [LeftOut(line(each.words), line(each.why)) for each in left_out]
    return tuple(dict.fromkeys(entries))[:MOST_LEFT_OUT]


def _chunks(words: Sequence[str]) -> Iterator[str]:
    """Words, joined to lines that are short enough."""
    joined = ""
    for word in words:
        longer = f"{joined}, {word}" if joined else word
        if len(longer) > LONGEST:
            yield joined
            longer = word
        joined = longer
    if joined:
        yield joined
