"""The gate ``promises``: what was asked for happens when the program is used."""

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from toggle_core.gates.checks.context import Context, Judgement, broken, count, cut, unusual_end
from toggle_core.gates.checks.earlier_data import Loss, lost_data
from toggle_core.gates.checks.packages import explain_missing, package_said_to_be_missing
from toggle_core.gates.harness.needs import read_needs
from toggle_core.gates.harness.promises.vocabulary import has_browser_steps
from toggle_core.gates.model import Exchange, PromiseResult
from toggle_core.gates.pictures import Picture
from toggle_core.gates.sandbox.job import End, Finished
from toggle_core.words import Outcome, PromiseOutcome

LEAST_PROMISES = 3
"""Fewer promises cannot show that a task is fulfilled."""

UNKNOWN_LOSSES = "The change could not be started on what the version before has saved."

_PROGRAM = "promises.trial"
_STEP_SECONDS = 10.0  # of idleness
_PROCESSOR_SECONDS = 20.0  # for each trial of a promise
_TRIALS = 2
_SPARE_SECONDS = 5.0  # of processor time for the harness itself, for each promise
_MOST_NAMED = 3
_OFFLINE = re.compile(
    r"Name or service not known|Temporary failure in name resolution|Network is unreachable"
)
_CALLS_OTHERS = re.compile(
    r"^\s*(?:import|from)\s+(?:urllib(?!\.parse\b)|http\.client|requests|httpx|aiohttp|smtplib|imaplib|ftplib)\b",
    re.MULTILINE,
)


def check(context: Context) -> Judgement:
    """Carry the task's promises out on the project in the sandbox, each twice.

    A change is also started on the data that the version before it has left behind.
    """
    promises = list((context.promises or {}).get("promises") or ())
    if not promises:
        return Judgement(Outcome.SKIPPED, "There are no promises to check.")
    results: dict[str, PromiseResult] = {}
    pictures: list[Picture] = []
    while left := [promise for promise in promises if promise["id"] not in results]:
        done, taken = _run(context, left)
        pictures += taken
        if done.end in (End.STOPPED, End.NOT_STARTED):
            return unusual_end(done, "The program") or broken("The check of promises", done)
        if done.report is None:
            return broken("The check of promises", done)
        found = _read(context, left, done)
        results |= found
        if not found:
            return broken("The check of promises", done)
    judged = judge([results[promise["id"]] for promise in promises])
    return with_losses(replace(judged, pictures=tuple(pictures)), lost_data(context))


def judge(results: Sequence[PromiseResult]) -> Judgement:
    """Judge a project by what became of its promises.

    It passes only if there are at least three and all are kept.
    """
    by_outcome = {
        outcome: [each for each in results if each.outcome is outcome] for outcome in PromiseOutcome
    }
    failed, untried = by_outcome[PromiseOutcome.BROKEN], by_outcome[PromiseOutcome.UNTRIED]
    detail = cut("\n\n".join(_describe(each) for each in (*failed, *untried)))
    kept = len(by_outcome[PromiseOutcome.KEPT])
    if failed:
        outcome, summary = Outcome.FAILED, f"Broken: {_named(failed)}"
    elif untried:
        outcome = Outcome.SKIPPED
        summary = f"{kept} of {count(len(results), 'promise')} kept. Not tried: {_named(untried)}."
        summary += f" {untried[0].why}"
    elif len(results) < LEAST_PROMISES:
        outcome = Outcome.SKIPPED
        summary = f"Only {count(kept, 'promise')} to check; it takes at least {LEAST_PROMISES}."
    else:
        outcome, summary = Outcome.PASSED, f"All {count(kept, 'promise')} kept."
    return Judgement(outcome, summary, detail, promises=tuple(results))


def with_losses(judged: Judgement, losses: Sequence[Loss] | None) -> Judgement:
    """Fail a change that loses the data of the version before, whatever else it does.

    Args:
        judged: what became of the promises on fresh copies.
        losses: what is lost; None: that cannot be told.
    """
    if losses is None and judged.outcome is Outcome.PASSED:
        return replace(judged, outcome=Outcome.SKIPPED, summary=UNKNOWN_LOSSES)
    if not losses:
        return judged
    said = [judged.summary] if judged.outcome is Outcome.FAILED else []
    summary = " ".join([*said, losses[0].sentence])
    details = [
        judged.detail,
        *(f"{each.sentence}\n{each.why}\n{_steps(each.transcript)}" for each in losses),
    ]
    detail = cut("\n\n".join(filter(None, details)))
    return replace(judged, outcome=Outcome.FAILED, summary=summary, detail=detail)


def _run(
    context: Context, promises: Sequence[Mapping[str, Any]]
) -> tuple[Finished, Sequence[Picture]]:
    options: dict[str, Any] = {
        "promises": promises,
        "entry": context.entry,
        "seed": secrets.token_hex(8),
        "start_seconds": context.settings.start_seconds,
        "step_seconds": _STEP_SECONDS,
        "processor_seconds": _PROCESSOR_SECONDS,
        "servers": context.backend.servers,
    }
    if context.base is not None:
        options |= {"base": context.base.files, "base_entry": context.base.entry}
    seconds = len(promises) * (_TRIALS * _PROCESSOR_SECONDS + _SPARE_SECONDS)
    if _is_browsed(context, promises) and (browser := context.browser()):
        return context.run_with_browser(browser, _PROGRAM, seconds, options)
    return context.run(_PROGRAM, seconds, options), ()


def _is_browsed(context: Context, promises: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a real browser has something to do, or a web page to show."""
    interface = (context.promises or {}).get("interface") or {}
    return has_browser_steps(promises) or interface.get("kind") == "web"


def _read(
    context: Context, promises: Sequence[Mapping[str, Any]], done: Finished
) -> dict[str, PromiseResult]:
    """Read what the harness reported; the promise at which a job was ended is broken."""
    report = done.report or {}
    sentences = {promise["id"]: str(promise.get("sentence", "")) for promise in promises}
    results = {
        told["id"]: _result(context, sentences[told["id"]], told) for told in report["results"]
    }
    if (under_way := report["under_way"]) and under_way not in results:
        ended = unusual_end(done, "The program")
        outcome = PromiseOutcome.BROKEN if ended else PromiseOutcome.UNTRIED
        why = ended.summary if ended else "The check of this promise itself broke."
        results[under_way] = PromiseResult(under_way, sentences[under_way], outcome, why, ())
    return results


def _result(context: Context, sentence: str, told: Mapping[str, Any]) -> PromiseResult:
    outcome, why = PromiseOutcome(told["outcome"]), told["why"]
    transcript = tuple(Exchange(**each) for each in told["transcript"])
    if outcome is PromiseOutcome.BROKEN and (lack := _lack(context, transcript)):
        outcome, why = PromiseOutcome.UNTRIED, lack
    return PromiseResult(told["id"], sentence, outcome, why, transcript)


def _lack(context: Context, transcript: Sequence[Exchange]) -> str:
    """Say what the sandbox lacks that broke a promise: a package or the internet; else empty."""
    texts = [each.came_back for each in transcript if not each.held]
    sources = [text for path, text in context.files.items() if path.endswith(".py")]
    imports = read_needs(context.files, context.entry).imports
    if package := package_said_to_be_missing(texts, context.files, imports):
        return explain_missing(package)
    if any(map(_OFFLINE.search, texts)) and any(map(_CALLS_OTHERS.search, sources)):
        return "It needs the internet, which the checks do not have."
    return ""


def _named(results: Sequence[PromiseResult]) -> str:
    named = ", ".join(f"“{each.sentence}”" for each in results[:_MOST_NAMED])
    more = len(results) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _describe(result: PromiseResult) -> str:
    return "\n".join(_lines(result))


def _lines(result: PromiseResult) -> Iterator[str]:
    yield f"{result.outcome.capitalize()}: “{result.sentence}” ({result.id})"
    yield result.why
    yield from _step_lines(result.transcript)


def _step_lines(transcript: Sequence[Exchange]) -> Iterator[str]:
    for number, each in enumerate(transcript, 1):
        yield f"{number}. {each.step}{'' if each.held else '  <- not as expected'}"
        yield from (
            f"   {name}: {_indented(text)}"
            for name, text in (
                ("sent", each.sent),
                ("expected", each.expected),
                ("came back", each.came_back),
            )
            if text.strip()
        )


def _steps(transcript: Sequence[Exchange]) -> str:
    return "\n".join(_step_lines(transcript))


def _indented(text: str) -> str:
    return text.strip().replace("\n", "\n      ")
