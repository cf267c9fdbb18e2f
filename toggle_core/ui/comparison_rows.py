"""What stands in the tables that compare two runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from toggle_core.gates.model import GateResult, PromiseResult
from toggle_core.history.comparison import RunPair, Side
from toggle_core.insights.rows import Price, cost_of
from toggle_core.ui.checks import ICONS, WORDS
from toggle_core.ui.costs import money
from toggle_core.ui.labels import STAGE_WORDS, builder_name, standing_word, verdict_word
from toggle_core.ui.promises import ICONS as PROMISE_ICONS
from toggle_core.ui.promises import WORDS as PROMISE_WORDS
from toggle_core.ui.text import as_label, one_line
from toggle_core.ui.times import duration
from toggle_core.ui.what_happened import what_happened
from toggle_core.words import Outcome, Stage

NAME_LENGTH: Final = 40
WHY_LENGTH: Final = 200
NONE: Final = "none"
UNMEASURED: Final = "not measured"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what is compared, and its two values as Markdown."""

    name: str
    left: str
    right: str


def in_short(pair: RunPair, prices: Mapping[str, Price], currency: str = "") -> list[Row]:
    """What the two came to, and what it took.

    Args:
        pair: of the runs.
        prices: of builders, by their names. Where none is known for either, no cost is shown.
        currency: of the prices, three letters; empty where it is not set.
    """
    facts: dict[str, Callable[[Side], str]] = {
        "Status": lambda side: standing_word(side.run),
        "What happened": lambda side: what_happened(side.run, side.events),
        "Verdict": lambda side: verdict_word(side.run) or NONE,
        "Promises kept": _kept,
        "Checks passed": _passed,
        "Strength of tests": _strength,
        "Mistakes missed by tests": _missed,
        "Builder": lambda side: as_label(one_line(builder_name(side.run.builder), NAME_LENGTH)),
        "Attempts": lambda side: f"{side.run.attempt}",
        "Worked on for": lambda side: duration(side.working_seconds),
        "Tokens read": lambda side: f"{side.run.tokens_in:,}",
        "Tokens written": lambda side: f"{side.run.tokens_out:,}",
        "Files": lambda side: f"{len(side.run.files)}",
    }
    if any(side.run.builder in prices for side in (pair.left, pair.right)):
        facts["Cost, about"] = partial(_cost, prices, currency)
    return [Row(name, fact(pair.left), fact(pair.right)) for name, fact in facts.items()]


def promises(pair: RunPair) -> list[Row]:
    """What became of each promise in the two."""
    return [
        Row(
            as_label(sentence),
            _became(pair.left.promises.get(sentence)),
            _became(pair.right.promises.get(sentence)),
        )
        for sentence in pair.promises
    ]


def checks(pair: RunPair) -> list[Row]:
    """What each gate said of the two."""
    return [
        Row(
            gate.capitalize(), _outcome(pair.left.said_by(gate)), _outcome(pair.right.said_by(gate))
        )
        for gate in pair.gates
    ]


def stages(pair: RunPair) -> list[Row]:
    """How long the two were in each stage."""
    return [
        Row(STAGE_WORDS[stage], *(_spent(side, stage) for side in (pair.left, pair.right)))
        for stage in pair.stages
    ]


def _kept(side: Side) -> str:
    run = side.run
    if not run.promises_count:
        return NONE
    if run.promises_kept is None:
        return f"{run.promises_count} agreed, not tried"
    return f"{run.promises_kept} of {run.promises_count}"


def _passed(side: Side) -> str:
    results = side.run.gates
    passed = sum(each.outcome is Outcome.PASSED for each in results)
    return f"{passed} of {len(results)}" if results else NONE


def _strength(side: Side) -> str:
    proof = side.proof
    if proof is None or proof.strength is None:
        return UNMEASURED
    judged = proof.noticed + proof.survived + proof.unreached
    return f"{proof.strength} %, {proof.noticed} of {judged} mistakes noticed"


def _missed(side: Side) -> str:
    proof = side.proof
    if proof is None or proof.strength is None:
        return UNMEASURED
    missed = proof.survived + proof.unreached
    where = f", {proof.unreached} of them in code that no test runs" if proof.unreached else ""
    return f"{missed}{where}"


def _cost(prices: Mapping[str, Price], currency: str, side: Side) -> str:
    run = side.run
    return money(cost_of(run.builder, run.tokens_in, run.tokens_out, prices), currency)


def _became(result: PromiseResult | None) -> str:
    if result is None:
        return NONE
    word = f"{PROMISE_ICONS[result.outcome]} {PROMISE_WORDS[result.outcome]}"
    why = as_label(one_line(result.why, WHY_LENGTH))
    return f"{word}: {why}" if why else word


def _spent(side: Side, stage: Stage) -> str:
    return duration(side.stages[stage]) if stage in side.stages else NONE


def _outcome(result: GateResult | None) -> str:
    return f"{ICONS[result.outcome]} {WORDS[result.outcome]}" if result else NONE
