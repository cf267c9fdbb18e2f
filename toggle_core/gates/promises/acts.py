"""Find what people do in a task, by its verbs, and that no promise does.

A page with a form that stores nothing keeps every promise that only looks at pages.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from toggle_core.gates.harness.promises.vocabulary import step_kind
from toggle_core.gates.promises.coverage import WORD, stems_of
from toggle_core.gates.promises.interface import LONGEST
from toggle_core.gates.promises.model import LeftOut

ONLY_LOOKS: Final = "The promises only look at what is there; none of them does this."
"""Why an act is left out."""

_LOOKING: Final = frozenset(("get", "open", "see", "follow", "restart", "wait", "clock", "file"))
_SAFE_METHODS: Final = frozenset(("GET", "HEAD", "OPTIONS"))
_DRAWN_QUERY: Final = re.compile(r"\?.*\$\{")
_SIGN_UP: Final = re.compile(r"\bsign(s|ed|ing)? up\b", re.IGNORECASE)
_CLAUSE: Final = re.compile(r"[.;:!?\n()\u2013\u2014]+")
_REACH: Final = 12  # words from a person to what they do
_NEXT: Final = 4  # words from one act to the next


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DOERS: Final = _words(
    """
    i you we they he she who anyone anybody everyone everybody someone somebody people users
    visitors customers clients guests members students teachers friends players readers admins
    owners staff colleagues employees patients parents kids children neighbours neighbors residents
    """
)
_ONE_OF_THEM: Final = _words(
    """
    person user visitor customer client guest member student teacher friend player reader admin
    owner team colleague employee patient parent kid child family neighbour neighbor resident
    """
)
"""Also the first part of names: a guest book, a customer order."""
_PEOPLE: Final = _DOERS | _ONE_OF_THEM
_MODALS: Final = _words("can could may might must should will would to let lets able")
_THINGS: Final = _words("it page pages app site website program which that")
_ONLY_TOLD: Final = _words("how link links linking number phone address")
_PASSIVE: Final = _words("is are was were be been being get gets got has have had")
_BEFORE_ING: Final = _words("for by of with when while and or")
_JOINING: Final = _words("and or then")


@dataclass(frozen=True, slots=True)
class _Group:
    """Verbs for one kind of change.

    Attributes:
        clear: are hardly ever anything but verbs.
        unclear: are nouns, too, so that they count only right after who does it.
        hints: other words by which a sentence speaks of the same.
    """

    clear: frozenset[str]
    unclear: frozenset[str]
    hints: frozenset[str]


def _group(clear: str, unclear: str, hints: str) -> _Group:
    return _Group(*(_all_stems(words) for words in (clear, unclear, hints)))


def _all_stems(words: str) -> frozenset[str]:
    return frozenset(stem for word in words.split() for stem in stems_of(word))


_GROUPS: Final = (
    _group(
        "add enter insert save send submit upload reserve vote register subscribe donate",
        "book order post store comment reply rate buy pay leave write signup",
        "new fill type give put choose pick answer press click sign name draw record track log",
    ),
    _group("delete remove erase", "", "gone disappear clear cancel away"),
    _group("edit rename", "", "change update correct move mark done finish"),
)


def acts_left_out(task: str, promises: Mapping[str, Any]) -> list[LeftOut]:
    """What the task or a sentence says that a person changes, and no promise about it does.

    A promise does something if one of its steps sends more than the request for a page: a form,
    a query with a value, arguments, what is typed, a click. One without steps has to be tried by a
    person anyway.

    Args:
        task: what the person asked for.
        promises: valid; JSON values, in the shape of ``docs/promises.md``.

    Returns:
        The words of the task, each once, then the sentences of promises.
    """
    agreed = promises.get("promises", ())
    if not agreed:
        return []
    missing = [word for word, group in _acts(task) if not _is_done(group, agreed)]
    missing += [
        promise["sentence"]
        for promise in agreed
        if any(not _is_done(group, agreed) for _, group in _acts(promise["sentence"]))
    ]
    return [LeftOut(words[:LONGEST], ONLY_LOOKS) for words in dict.fromkeys(missing)]


def _is_done(group: _Group, promises: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a promise about some change makes it; without one about it, whether any does."""
    words = group.clear | group.unclear | group.hints
    about = [each for each in promises if words & set(_stems(each["sentence"]))]
    return any(not each["steps"] or _sends(each) for each in about or promises)


def _stems(text: str) -> Iterator[str]:
    for found in WORD.finditer(text.replace("\u2019", "'")):
        yield from stems_of(found[0])


def _sends(promise: Mapping[str, Any]) -> bool:
    return any(map(_is_sent, [*promise.get("before", ()), *promise["steps"]]))


def _is_sent(step: Mapping[str, Any]) -> bool:
    kind = step_kind(step)
    if kind == "together":
        return any(map(_is_sent, step["together"]))
    if kind == "run":
        return bool(step["run"] or step.get("stdin") or step.get("files"))
    if kind == "request":
        asked = step["request"]
        has_body = bool(asked.get("json") or asked.get("body"))
        unsafe = str(asked.get("method", "GET")).upper() not in _SAFE_METHODS
        return has_body or unsafe or _DRAWN_QUERY.search(str(asked.get("path", ""))) is not None
    if kind in {"get", "open"}:
        return _DRAWN_QUERY.search(str(step[kind])) is not None
    return kind not in _LOOKING


def _acts(text: str) -> Iterator[tuple[str, _Group]]:
    """Yield the verbs for what a person changes, as they are written."""
    plain = _SIGN_UP.sub(r"sign-up", text.replace("\u2019", "'"))
    for clause in _CLAUSE.split(plain):
        yield from _acts_in([found[0] for found in WORD.finditer(clause)])


def _acts_in(words: Sequence[str]) -> Iterator[tuple[str, _Group]]:
    reach = 0
    last = -_REACH
    for at, written in enumerate(words):
        word, before = written.casefold(), words[at - 1].casefold() if at else ""
        told_only = not _ONLY_TOLD.isdisjoint(map(str.casefold, words[max(at - 3, 0) : at]))
        if word in _PEOPLE or word in _MODALS:
            reach = 0 if told_only else _REACH
            continue
        if word in _THINGS:
            reach = 0
        reach -= 1
        follows = (before in _JOINING and at - last <= _NEXT) or at - last == 1
        close = before in _DOERS | _MODALS | {"me", "us", "them"} and reach > 0
        for group in _GROUPS:
            in_reach = reach > 0 and not told_only
            if _is_act(word, before, group, in_reach=in_reach, is_close=close, follows=follows):
                last = at
                yield written, group


def _is_act(
    word: str, before: str, group: _Group, *, in_reach: bool, is_close: bool, follows: bool
) -> bool:
    stems = stems_of(word)
    if stems.isdisjoint(group.clear | group.unclear):
        return False
    if word.endswith("ed") or word == "sent":
        return before in _PASSIVE or follows
    if stems & group.unclear:
        return is_close or (follows and before in _JOINING)
    if word.endswith("ing"):
        return in_reach or before in _BEFORE_ING
    return in_reach
