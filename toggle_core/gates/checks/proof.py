"""The gate ``proof``: the project's tests notice when the program is quietly broken."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from toggle_core.gates.checks.context import Context, Judgement, count, cut
from toggle_core.gates.checks.proof_jobs import try_out
from toggle_core.gates.model import Proof, Survivor
from toggle_core.words import Outcome

WEAK_BELOW = 50
"""Percent of the judged mistakes that tests have to notice."""
ADVICE_BELOW = 80
"""Percent below which survivors are listed as advice."""

_SMALL = 15  # drawn mistakes below which a share of them says little
_MOST_SURVIVORS = 30
_MOST_FLAKY = 30
_MOST_TESTS = 5
_MOST_NAMES = 5
_MOST_NAME_CHARACTERS = 200


def check(context: Context) -> Judgement:
    """Break the program quietly, one small mistake at a time, and see what its tests notice."""
    found = try_out(context)
    return found if isinstance(found, Judgement) else judge(found)


def judge(report: Mapping[str, Any]) -> Judgement:
    """Judge what came of the trial.

    Args:
        report: what the harness reported.
    """
    proof = read_proof(report)
    detail = cut("\n".join(_detail(report, proof)))
    if not (report["tests"] or proof.flaky):
        reason = "The tests could not be run again, so nothing is known of how strong they are."
        return Judgement(Outcome.SKIPPED, reason, detail, proof=proof)
    if fault := next(_faults(report, proof), None):
        return Judgement(Outcome.FAILED, fault, detail, proof=proof)
    return Judgement(Outcome.PASSED, _summary(report, proof), detail, proof=proof)


def read_proof(report: Mapping[str, Any]) -> Proof:
    """Return the numbers and survivors of a trial, bounded."""
    fates = [one["fate"] for one in report["tried"]]
    missed = [one for one in report["tried"] if one["fate"] in ("survived", "unreached")]
    return Proof(
        drawn=len(fates),
        noticed=fates.count("noticed"),
        survived=fates.count("survived"),
        unreached=fates.count("unreached"),
        unjudged=fates.count("unjudged"),
        seed=report["seed"],
        seconds=round(report["seconds"], 2),
        survivors=tuple(_survivor(one) for one in missed[:_MOST_SURVIVORS]),
        flaky=tuple(_bounded(name) for name in report["flaky"][:_MOST_FLAKY]),
        neutral=report["neutral"],
        neutral_failed=len(report["neutral_failed"]),
    )


def _survivor(one: Mapping[str, Any]) -> Survivor:
    return Survivor(
        path=one["path"],
        line=one["line"],
        function=_bounded(one["function"]),
        before=one["before"],
        after=one["after"],
        tests=tuple(_bounded(test) for test in one["tests"][:_MOST_TESTS]),
    )


def _faults(report: Mapping[str, Any], proof: Proof) -> Iterator[str]:
    """Yield what is wrong, what cannot be believed before what is weak."""
    if report["tampered"]:
        yield "The project changes how its tests are run or reported."
    if proof.flaky:
        yield f"Tests that pass at one time and fail at another: {_names(proof.flaky)}."
    if dated := report["dated"]["tests"]:
        days = " and ".join(report["dated"]["days"])
        yield f"Tests that pass today and fail on other days ({days}): {_names(tuple(dated))}."
    if report["neutral_failed"]:
        tests = dict.fromkeys(one["test"] for one in report["neutral_failed"])
        yield f"Tests fail although the program still does the same: {_names(tests)}."
    if not report["planned"]:
        if not report["runs_program"]:
            yield "The tests never run the program."
        return
    if report["planned"] < _SMALL:
        yield from _faults_of_a_small_program(report, proof)
    elif not proof.noticed or (proof.strength or 0) < WEAK_BELOW:
        yield f"{_broken_in(proof)} only {proof.noticed}.{_unjudged(proof)}"


def _faults_of_a_small_program(report: Mapping[str, Any], proof: Proof) -> Iterator[str]:
    if report["idle_functions"]:
        names = [one.rpartition(" ")[2] for one in report["idle_functions"]]
        yield f"No test runs {_listed(names)}."
    if proof.strength == 0:
        yield f"{_broken_in(proof)} none."


def _summary(report: Mapping[str, Any], proof: Proof) -> str:
    if not report["planned"]:
        return "Nothing to break: the program makes no decision that a test could miss."
    if report["planned"] < _SMALL:
        return f"Small program: its tests noticed {proof.noticed} of {_judged(proof)}."
    return f"{_broken_in(proof)} {proof.noticed}.{_unjudged(proof)}"


def _broken_in(proof: Proof) -> str:
    return f"We broke it quietly in {count(_judged(proof), 'way')}; its tests noticed"


def _judged(proof: Proof) -> int:
    return proof.noticed + proof.survived + proof.unreached


def _unjudged(proof: Proof) -> str:
    """Say so where most of the mistakes showed nothing."""
    if 2 * _judged(proof) >= proof.drawn:
        return ""
    return f" {proof.unjudged} more of {proof.drawn} only made it crash, which shows nothing."


def _detail(report: Mapping[str, Any], proof: Proof) -> Iterator[str]:
    if report["trouble"]:
        yield report["trouble"].strip()
    yield from (f"flaky: {name}" for name in proof.flaky)
    yield from (f"passes only today: {_bounded(name)}" for name in report["dated"]["tests"])
    for one in report["neutral_failed"]:
        yield (
            f"{one['path']}:{one['line']} {_bounded(one['function'])}: changed without effect, "
            f"yet {_bounded(one['test'])} failed: {one['before']} -> {one['after']}"
        )
    yield from (f"no test runs {_bounded(name)}" for name in report["idle_functions"][:_MOST_NAMES])
    yield from _survivors(report, proof)
    yield from (
        f"reads the code of the program, so what it notices does not count: {_bounded(name)}"
        for name in report["readers"][:_MOST_NAMES]
    )
    yield from (
        f"draws random values without a seed and asserts on them: {_bounded(name)}"
        for name in report["unseeded"][:_MOST_NAMES]
    )
    if report["sampled"]:
        yield f"Many tests: only some were run for {count(report['sampled'], 'mistake')}."
    if proof.drawn < report["planned"]:
        yield f"Time was up after {proof.drawn} of {report['planned']} planned mistakes."
    yield (
        f"mutation strength {'unknown' if proof.strength is None else f'{proof.strength} %'}: "
        f"{proof.noticed} noticed, {proof.survived} survived, {proof.unreached} not reached, "
        f"{proof.unjudged} not judged; {proof.neutral} neutral changes, "
        f"{proof.neutral_failed} failed; {report['runs']} runs of the tests unchanged; "
        f"seed {proof.seed}; {proof.seconds:.1f} s of processor time"
    )


def _survivors(report: Mapping[str, Any], proof: Proof) -> Iterator[str]:
    """Yield a line for each mistake that no test noticed."""
    if not proof.survivors or (report["planned"] >= _SMALL and _is_strong(proof)):
        return
    yield "Mistakes that no test noticed:"
    for one in proof.survivors:
        ran = ", ".join(map(_last, one.tests))
        by = f"run by {ran}" if one.tests else "no test runs this line"
        yield f"{one.path}:{one.line} {one.function}: {one.before} -> {one.after} ({by})"
    more = proof.survived + proof.unreached - len(proof.survivors)
    if more:
        yield f"and {more} more"


def _is_strong(proof: Proof) -> bool:
    return (proof.strength or 0) >= ADVICE_BELOW


def _names(tests: Mapping[str, Any] | tuple[str, ...]) -> str:
    return _listed([_last(test) for test in tests])


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMES
    shown = ", ".join(map(_bounded, names[:_MOST_NAMES]))
    return shown + (f" and {more} more" if more > 0 else "")


def _last(test: str) -> str:
    """Return the last part of a test's name, or its file where it has no name."""
    return _bounded(test.rpartition("::")[2] or PurePosixPath(test).name)


def _bounded(text: str) -> str:
    return text[:_MOST_NAME_CHARACTERS]
