"""Give a program for the command line what people give it, and run what its README says."""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from ..output import find_tracebacks
from ..promises.program import Ran, Surroundings, run_once
from ..suite import is_test_file
from .used import (
    CRASH,
    ENDLESS,
    MUTE,
    SHELL,
    UNKNOWN,
    UNSTEADY,
    Used,
    UseFault,
    is_carried_out,
    letters,
    shell_lure,
)

_MOST_RUNS = 14
_MOST_FAULTS = 5
_MOST_README = 4
_FILES = ("empty.txt", "huge.txt", "missing.txt", "bytes.txt")
_HUGE = 5_000_000  # characters
_FILE_WORDS = re.compile(r"FILE|PATH|CSV|PAGE|FOLDER|DIRECTORY|INPUT|OUTPUT")
_README_COMMAND = re.compile(r"^[\s$>]*(?:`+)?(python3?\s+[^`\n#]+)", re.MULTILINE)
_INLINE_COMMAND = re.compile(r"`(python3?\s+[^`\n]+)`")
_NO_SHELL = re.compile(r"[|<>&;$*\[\]{}…]|\.\.\.")
_STANDS_FOR_A_VALUE = re.compile(r"[A-Z][A-Z_]+")
_REFUSES = re.compile(
    r"\binvalid choice\b|\bunrecognized arguments?\b|\bunknown (?:command|option|argument)"
    r"|\bno such (?:command|option)\b",
    re.IGNORECASE,
)
_BY_INTENT = re.compile(
    r"\b(?:random|secrets|uuid|time|datetime|date|threading|asyncio|multiprocessing|concurrent"
    r"|subprocess|tempfile|urandom|getpid|perf_counter|urllib|socket|http|requests|httpx|faker)\b"
)
_MOST_REPEATED = 3
_MOST_AGAIN = 2
_MOST_SHOWN = 80
_USAGE_CODE = 2  # of argparse, click and many others


class Attempt(NamedTuple):
    """One way to start the program.

    Attributes:
        command: which of the commands it is one of.
        arguments: what it is given.
    """

    command: Sequence[str]
    arguments: list[str]


def use_commands(
    surroundings: Surroundings,
    commands: Sequence[Sequence[str]],
    files: Mapping[str, str],
    report: Callable[[Used], None],
) -> Used:
    """Run what the README says, and then each command with values that nobody expects.

    Args:
        surroundings: where it runs.
        commands: that were agreed on, such as ``["add", "TITLE"]``; words in capitals stand for
            values.
        files: of the project.
        report: is called before each start, since one that takes all memory ends this job.
    """
    used = Used()
    token = letters()
    for arguments in documented_commands(files, surroundings.entry):
        ran = _start(surroundings, arguments, used, report)
        if not ran.fault and ran.exit_code and _is_unknown(ran):
            used.faults.append(_fault(UNKNOWN, used.under_way, ran))
    _write_files(surroundings)
    repeatable: dict[tuple[str, ...], list[str]] = {}
    does_something: dict[tuple[str, ...], bool] = {}
    for attempt in list(attempts(commands, token))[:_MOST_RUNS]:
        if len(used.faults) >= _MOST_FAULTS or any(e.kind == ENDLESS for e in used.faults):
            break
        before = _state(surroundings)
        ran = _start(surroundings, attempt.arguments, used, report)
        if is_carried_out(ran.stdout, token):
            used.faults.append(_fault(SHELL, used.under_way, ran))
        unchanged = _state(surroundings) == before
        if unchanged and ran.stdout and not ran.fault:
            repeatable.setdefault(tuple(attempt.command), attempt.arguments)
        does = bool(ran.exit_code or (ran.stdout + ran.stderr).strip())
        does = does or not unchanged
        command = tuple(attempt.command)
        does_something[command] = does_something.get(command, False) or does
    if not used.faults and not varies_by_intent(files):
        chosen = list(repeatable.values())[:_MOST_REPEATED]
        used.faults += list(_unsteady(surroundings, chosen, used, report))[:1]
    for command, does in does_something.items():
        if not does and command:  # without arguments it was started and judged before
            line = shlex.join(["python", surroundings.entry, *command])
            used.faults.append(UseFault(MUTE, "", "", line, ""))
    used.under_way = ""
    return used


def attempts(commands: Sequence[Sequence[str]], token: str) -> Iterator[Attempt]:
    """Yield the ways to start a program, all commands once before any a second time.

    Args:
        commands: that were agreed on.
        token: letters to recognise by what a shell makes of them.
    """
    yield Attempt((), ["--help"])
    values = ("-1", f"Zoë 漢字 🎉 {shell_lure(token)}", "0", "")
    for number, value in enumerate(values):
        for command in commands:
            if number == 0 or any(map(_STANDS_FOR_A_VALUE.fullmatch, command)):
                yield Attempt(command, list(_filled(command, value, _FILES[number])))


def documented_commands(files: Mapping[str, str], entry: str) -> list[list[str]]:
    """Return arguments that the README gives the entry file, where they can be given as they are.

    Args:
        files: of the project.
        entry: the file to start.
    """
    text = next((t for name, t in files.items() if name.lower() == "readme.md"), "")
    found: dict[tuple[str, ...], None] = {}
    for pattern in (_README_COMMAND, _INLINE_COMMAND):
        for line in pattern.findall(text):
            if _NO_SHELL.search(line):
                continue
            try:
                words = shlex.split(line.strip())[1:]
            except ValueError:
                continue
            if (
                words[:1] == [entry]
                and len(words) > 1
                and not any(map(_STANDS_FOR_A_VALUE.fullmatch, words))
            ):
                found.setdefault(tuple(words), None)
    return [list(words[1:]) for words in found][:_MOST_README]


def varies_by_intent(files: Mapping[str, str]) -> bool:
    """Tell whether the program uses chance, the clock, threads or what else differs each time."""
    return any(
        _BY_INTENT.search(text)
        for name, text in files.items()
        if name.endswith(".py") and not is_test_file(name)
    )


def _unsteady(
    surroundings: Surroundings,
    repeatable: Sequence[list[str]],
    used: Used,
    report: Callable[[Used], None],
) -> Iterator[UseFault]:
    """Start the program several times with the same arguments, while nothing changes."""
    for arguments in repeatable:
        before, first = _state(surroundings), _start(surroundings, arguments, used, report)
        for _ in range(_MOST_AGAIN):
            again = _start(surroundings, arguments, used, report)
            if first.fault or again.fault or _state(surroundings) != before:
                break
            if (again.stdout, again.exit_code) != (first.stdout, first.exit_code):
                words = f"“{_differing(first.stdout, again.stdout)}”"
                yield UseFault(UNSTEADY, "", "", used.under_way, words)
                break


def _differing(one: str, other: str) -> str:
    """Return the first line that is another one, as it was and as it is."""
    for left, right in zip_longest(one.splitlines(), other.splitlines(), fillvalue=""):
        if left != right:
            return f"{left[:_MOST_SHOWN]}”, then “{right[:_MOST_SHOWN]}"
    return ""


def _filled(command: Sequence[str], value: str, file: str) -> Iterator[str]:
    """Yield a command's arguments; an option with its value is left out."""
    skip = False
    for word in command:
        choices = re.split(r"[|\s]+", word)
        stands = _STANDS_FOR_A_VALUE.fullmatch(word) is not None or len(choices) > 1
        if skip and stands:
            skip = False
            continue
        skip = word.startswith("--")
        if skip:
            continue
        if len(choices) > 1:
            yield choices[0]
        elif stands:
            yield file if _FILE_WORDS.search(word) else value
        else:
            yield word


def _start(
    surroundings: Surroundings,
    arguments: Sequence[str],
    used: Used,
    report: Callable[[Used], None],
) -> Ran:
    """Start the program once, and note what is wrong with how it ends."""
    used.under_way = shlex.join(["python", surroundings.entry, *arguments])
    used.commands += 1
    report(used)
    ran = run_once(surroundings, arguments, "")
    used.faults += _faults(ran, used.under_way)
    return ran


def _faults(ran: Ran, request: str) -> Iterator[UseFault]:
    if ran.fault:
        yield _fault(ENDLESS, request, ran)
    elif find_tracebacks(ran.stderr):
        yield _fault(CRASH, request, ran)


def _fault(kind: str, request: str, ran: Ran) -> UseFault:
    printed = f"{ran.stdout}\n{ran.stderr}".strip()
    return UseFault(kind, "", "", request, f"{ran.fault} {printed[-300:]}".strip())


def _is_unknown(ran: Ran) -> bool:
    printed = f"{ran.stdout}\n{ran.stderr}"
    return ran.exit_code == _USAGE_CODE or bool(_REFUSES.search(printed))


def _write_files(surroundings: Surroundings) -> None:
    work = surroundings.work
    (work / _FILES[0]).write_bytes(b"")
    (work / _FILES[1]).write_bytes(b"0123456789 amber\n" * (_HUGE // 17))
    (work / _FILES[3]).write_bytes(bytes(range(256)) * 4)


def _state(surroundings: Surroundings) -> dict[str, tuple[int, int]]:
    """Return what changes when a file in the project's folder or the home is written."""
    found = {}
    for folder in (surroundings.work, Path(surroundings.environment["HOME"])):
        for path in folder.rglob("*"):
            if "__pycache__" not in path.parts:
                seen = path.lstat()
                found[str(path)] = (seen.st_size, seen.st_mtime_ns)
    return found
