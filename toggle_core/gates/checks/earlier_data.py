"""Whether a change keeps what the version before it has saved."""

import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

from toggle_core.gates.checks.context import Context, unusual_end
from toggle_core.gates.model import EarlierVersion, Exchange
from toggle_core.gates.sandbox.job import End, Finished

_PROGRAM = "promises.upgrade"
_STEP_SECONDS = 10.0  # of idleness
_PROCESSOR_SECONDS = 20.0  # for the trial with the data, and for the one without
_TRIALS = 2
_SPARE_SECONDS = 5.0  # of processor time for the harness itself, for each promise
_SERVERS = ("web", "api")


class Loss(NamedTuple):
    """Something that the version before has shown, and the changed one does not show any more.

    Attributes:
        sentence: what is lost, for people.
        why: what was expected of the changed program.
        transcript: what was done with both programs, and what came back.
    """

    sentence: str
    why: str
    transcript: tuple[Exchange, ...]


def lost_data(context: Context) -> list[Loss] | None:
    """Start a change on the data that the version before has left behind.

    The earlier program keeps its promises once more, each on a fresh copy, and leaves its data
    there. The changed program takes its place, and has to show what the earlier one showed after a
    restart. Only what it shows without that data is expected of it, so that a change may show
    things in another way.

    Args:
        context: the project, with the version that it changes, if it is a change.

    Returns:
        What is lost; None where that cannot be told, as the sandbox or the earlier program ended.
    """
    if context.base is None:
        return []
    done = _run(context, context.base)
    if done.end in (End.STOPPED, End.NOT_STARTED) or done.report is None:
        return None
    sentences = {each["id"]: str(each.get("sentence", "")) for each in _promised(context.base)}
    lost = [
        Loss(
            _sentence(sentences.get(each["id"], ""), each["crash"]),
            each["why"],
            tuple(Exchange(**step) for step in each["transcript"]),
        )
        for each in done.report["lost"]
    ]
    ended = unusual_end(done, "The changed program")
    if ended and done.report["changed"]:
        return [*lost, Loss(_sentence("", ended.summary), ended.detail, ())]
    return None if ended and not lost else lost


def _run(context: Context, base: EarlierVersion) -> Finished:
    promised = _promised(base)
    agreed = [each for each in (context.promises, base.promises) if each]
    kinds = [each.get("interface", {}).get("kind") for each in agreed]
    options = {
        "promises": promised,
        "entry": context.entry,
        "base": base.files,
        "base_entry": base.entry,
        "serves": any(kind in _SERVERS for kind in kinds),
        "seed": secrets.token_hex(8),
        "start_seconds": context.settings.start_seconds,
        "step_seconds": _STEP_SECONDS,
        "processor_seconds": _PROCESSOR_SECONDS,
        "servers": context.backend.servers,
    }
    seconds = max(len(promised), 1) * (_TRIALS * _PROCESSOR_SECONDS + _SPARE_SECONDS)
    return context.run(_PROGRAM, seconds, options)


def _promised(base: EarlierVersion) -> list[Mapping[str, Any]]:
    return list((base.promises or {}).get("promises") or ())


def _sentence(promise: str, crash: str) -> str:
    if crash:
        return f"The changed program crashes on data that the version before has saved. {crash}"
    return f"The change loses data that the version before has saved: “{promise}”"
