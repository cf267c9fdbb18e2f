"""What the founder reads at the end of a run: first what was proved, then what the builder says.

Each sentence is the product's own, but for what is quoted. Nothing a builder or a project wrote is
shown without being marked as such, and none of its markup works.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Final

from toggle_core.gates.model import (
    GateResult,
    from_json,
    passed_count,
    promises_of,
    works,
)
from toggle_core.graph.promises import left_out
from toggle_core.graph.quoting import plain, quote
from toggle_core.graph.state import NOTHING_CHANGED, AgentState
from toggle_core.projects.web_programs import is_web_program, starters_for
from toggle_core.words import GATES, Outcome, PromiseOutcome, Verdict

DRAFT: Final = (
    "**This is a quick draft: nothing has been checked.** To have it checked, submit the task again"
    " with the production toggle on."
)

UNCHANGED: Final = "**Nothing was changed.** The project is as it was before."

NAMES_LIMIT: Final = 10
"""Changed files, and changed tests, that are named; of the others only the number is given."""

NOT_KNOWN_THEN: Final = (
    "The code was checked by an earlier version, which did not have this check yet."
)

WHAT_TO_DO: Final = (
    "What you can do: download it as it is, or describe the task differently and submit it again."
)


def respond(state: AgentState) -> str:
    """The closing words of a run, as Markdown.

    Args:
        state: the final one, with the verdict and the files that are kept.
    """
    results = from_json(state["gates"])
    draft = state["verdict"] == Verdict.DRAFT
    return "\n\n".join(
        [
            *([UNCHANGED] if state["changed"] == NOTHING_CHANGED else []),
            *([DRAFT] if draft else _what_was_proved(state, results)),
            *_left_out(state),
            *_what_changed(state),
            *_changed_tests(results),
            *([] if draft else _what_next(state, results)),
            _how_to_run(state),
            *_builders_words(state),
        ]
    )


def _what_was_proved(state: AgentState, results: list[GateResult]) -> Iterator[str]:
    passed = passed_count(results)
    missing = [result for result in results if result.outcome is not Outcome.PASSED]
    if state["verdict"] == Verdict.READY:
        again = f" It took {state['attempt']} attempts." if state["attempt"] > 1 else ""
        yield f"**It is production-ready: all {passed} checks passed.**{again}"
    elif works(results) and not (state["unmet"] or left_out(state)):
        untried = [each for each in promises_of(results) if each.outcome is PromiseOutcome.UNTRIED]
        left, are = (
            ("one promise is", "it is")
            if len(untried) == 1
            else (
                f"{len(untried)} promises are",
                "they are",
            )
        )
        yield (
            f"**It works, and {left} left for you to try.** Until {are} tried, it is not"
            " production-ready."
        )
        yield "\n".join(f"- {plain(each.sentence)} {plain(each.why)}" for each in untried)
    elif passed < len(GATES):
        yield (
            f"**It is not production-ready: {passed} of {len(GATES)} checks passed.** What did"
            " not pass:"
        )
        lines = [f"- **{result.gate}**: {plain(result.summary)}" for result in missing]
        known = {result.gate for result in results}
        lines += [f"- **{gate}**: {NOT_KNOWN_THEN}" for gate in GATES if gate not in known]
        yield "\n".join(lines)
    else:
        yield f"**It is not production-ready**, although all {passed} checks passed."


def _left_out(state: AgentState) -> Iterator[str]:
    if unmet := [*json.loads(state["unmet"] or "[]"), *left_out(state)]:
        yield f"Left out: {'; '.join(f'“{plain(wish)}”' for wish in unmet)}."


def _what_changed(state: AgentState) -> Iterator[str]:
    paths: list[str] = json.loads(state["changed"] or "[]")
    if not paths:
        return
    names = ", ".join(map(plain, paths[:NAMES_LIMIT]))
    more = f" and {len(paths) - NAMES_LIMIT} more" if len(paths) > NAMES_LIMIT else ""
    were = "1 file was" if len(paths) == 1 else f"{len(paths)} files were"
    yield f"{were} changed: {names}{more}."


def _changed_tests(results: Iterable[GateResult]) -> Iterator[str]:
    tests = [test for result in results for test in result.changed_tests if test.reason]
    if not tests:
        return
    yield "Tests that are gone or check less than before, with the builder's reasons:"
    lines = [f"- {plain(test.name)}: “{plain(test.reason)}”" for test in tests[:NAMES_LIMIT]]
    more = len(tests) - NAMES_LIMIT
    yield "\n".join([*lines, *([f"- and {more} more: see Checks"] if more > 0 else [])])


def _what_next(state: AgentState, results: list[GateResult]) -> Iterator[str]:
    if state["verdict"] == Verdict.READY:
        return
    if passed_count(results) < len(GATES):
        yield plain(state["stopped"])
    if state["objection"]:
        yield f"Its reason, in its own words:\n\n{quote(state['objection'])}"
    yield WHAT_TO_DO


def _how_to_run(state: AgentState) -> str:
    contents: dict[str, str] = json.loads(state["files"])
    files = "1 file" if len(contents) == 1 else f"{len(contents)} files"
    if not state["how_to_run"]:
        entry = plain(state["entry"])
        return f"The project has {files}. Its main file, {entry}, is not a Python program."
    promises = json.loads(state["promises"]) if state["promises"] else None
    if is_web_program(promises, contents) and starters_for(state["entry"], contents):
        return (
            f"The project has {files}. To run it on your own computer, download it and"
            " double-click `start.command` (macOS), `start.bat` (Windows) or `start.sh` (Linux): it"
            f" opens in your browser. In a terminal, type:\n\n    {state['how_to_run']}"
        )
    return (
        f"The project has {files}. To run it, download it, open a terminal in its folder and type:"
        f"\n\n    {state['how_to_run']}"
    )


def _builders_words(state: AgentState) -> Iterator[str]:
    if state["summary"]:
        yield "The builder's own description, which no check covers:"
        yield quote(state["summary"])
    if assumptions := json.loads(state["assumptions"] or "[]"):
        yield "What the builder decided where the task left it open:"
        yield _quoted_list(assumptions)


def _quoted_list(remarks: Iterable[str]) -> str:
    return "\n".join(f"> - {plain(remark)}" for remark in remarks)
