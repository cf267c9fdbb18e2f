"""What is wrong with a program that was used, in plain sentences."""

from collections.abc import Iterator, Mapping

from toggle_core.gates.checks.started import Used, UseFault
from toggle_core.gates.checks.tracebacks import faults_of_a_server, last_error, own_tracebacks
from toggle_core.gates.harness.use.used import (
    CRASH,
    DROPPED,
    ENDED,
    ENDLESS,
    ERROR,
    LOST,
    MARKUP,
    MUTE,
    PLANTED,
    RACE,
    SHELL,
    TRACEBACK,
    UNKNOWN,
    UNSENT,
    UNSTEADY,
    WRITTEN,
)

_MOST_PATH_CHARACTERS = 80
_SENTENCES = {
    MARKUP: (
        "What a visitor types on {page} becomes part of the page: a script in it would run in "
        "everybody's browser (cross-site scripting)."
    ),
    PLANTED: "Anybody can read files outside of the project: {request} was answered with one.",
    WRITTEN: (
        "Anybody can write files outside of the project: {request} is written there, so use only "
        "the last part of the name (Path(name).name)."
    ),
    SHELL: "A shell carries out what is typed, so anybody can run commands here: {request}",
    ENDED: "It ends when {what}: {answer}",
    TRACEBACK: "It shows a traceback when {what}.",
    ERROR: "It answers with an error (HTTP {status}) when {what}.",
    UNSENT: "The form on {page} leads nowhere (HTTP {status}).",
    DROPPED: "It gives no complete answer when {what}: {answer}",
    RACE: (
        "When 20 visitors use {page} at the same moment, {answer}: requests overwrite each other, "
        "so what is read, changed and written needs a lock or a transaction."
    ),
    CRASH: "`{request}` ends with a traceback: {last}",
    ENDLESS: "`{request}` does not end: {answer}",
    UNKNOWN: "README.md says `{request}`, which the program does not know.",
    UNSTEADY: (
        "`{request}` answers differently each time it is started, and neither chance nor the clock "
        "is meant to decide: {answer}"
    ),
    MUTE: "`{request}` never does anything: it prints nothing, writes nothing, and ends with 0.",
    LOST: "What a visitor enters on {page} is gone after a restart.",
}


def use_faults(used: Used, files: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each thing that went wrong, the most telling first.

    Args:
        used: what became of the program.
        files: the project.
    """
    order = list(_SENTENCES)
    for fault in sorted(used.faults, key=lambda each: order.index(each.kind)):
        yield _sentence(fault)
    if not used.faults:
        for traceback in faults_of_a_server(own_tracebacks(used.tracebacks, files))[:1]:
            error = last_error(traceback)
            yield f"An error happened while it was used: {error} (traceback printed)."


def use_detail(used: Used) -> Iterator[str]:
    """Yield the lines that show how the program was used, and what went wrong."""
    if used.commands:
        yield f"started {used.commands} times with arguments, ordinary and strange ones"
    if used.sent:
        yield f"forms: {used.forms}, sent {used.sent} times in ordinary and hostile ways"
    for fault in used.faults:
        yield f"{fault.request}\n-> {fault.answer}"


def _sentence(fault: UseFault) -> str:
    page = _shown(fault.page)
    return _SENTENCES[fault.kind].format(
        page=page,
        what=f"{page} gets {fault.typed}" if fault.typed else f"{page} is opened",
        request=_shown(fault.request.partition("\n")[0]),
        last=fault.answer.strip().rpartition("\n")[2],
        status=fault.answer.partition(" ")[0],
        answer=fault.answer,
    )


def _shown(path: str) -> str:
    return path if len(path) <= _MOST_PATH_CHARACTERS else f"{path[:_MOST_PATH_CHARACTERS]}..."
