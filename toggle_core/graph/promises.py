"""What is promised before there is any code: by the caller, by the builder, or not at all."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from toggle_core.builders.protocol import (
    Builder,
    FindVacuous,
    base_from_json,
    can_promise,
    can_write_steps,
)
from toggle_core.gates.promises.acts import ONLY_LOOKS, acts_left_out
from toggle_core.gates.promises.interface import MOST as MOST_LEFT_OUT
from toggle_core.graph.state import AgentState
from toggle_core.storable import UNSTORABLE

VACUOUS = "a program that does nothing would keep it"


@dataclass(frozen=True, slots=True)
class Agreed:
    """The channel ``promises``, and what it took.

    Attributes:
        text: JSON; empty where nothing is promised.
        tokens_in: tokens read by a model.
        tokens_out: tokens written by a model.
    """

    text: str
    tokens_in: int = 0
    tokens_out: int = 0


def promises_for(builder: Builder, state: AgentState, find_vacuous: FindVacuous) -> Agreed:
    """Agree on what will be checked, for a run with the toggle on.

    Args:
        builder: promises, if it can, where nobody has promised before.
        state: with the plan, and the promises that came with the task.
        find_vacuous: names the promises that a program which does nothing would keep.

    Returns:
        The promises; none for a draft, of which nothing is checked.

    Raises:
        BuildFailed: the builder could not, with the sentence a person reads.
    """
    if not state["production"]:
        return Agreed(state["promises"])
    if state["promises"]:
        sent = json.loads(state["promises"])
        return Agreed(_as_text(state, _without(sent, find_vacuous(sent))))
    if not can_promise(builder):
        return Agreed("")
    base = base_from_json(state["base"])
    promised = builder.promise(
        state["task"],
        state["plan"],
        base=base.promises if base else None,
        before=base.task if base else "",
        find_vacuous=find_vacuous,
    )
    text = _as_text(state, promised.promises) if promised.promises else ""
    return Agreed(text, promised.tokens_in, promised.tokens_out)


def with_steps(builder: Builder, state: AgentState, find_vacuous: FindVacuous) -> Agreed:
    """Give steps to the sentences that a person has added, where the builder can write them.

    Args:
        builder: of the run.
        state: with the plan and the promises as the person left them.
        find_vacuous: names the promises that a program which does nothing would keep.
    """
    agreed = json.loads(state["promises"] or "{}")
    lacking = not all(promise["steps"] for promise in agreed.get("promises", ()))
    if not (lacking and can_write_steps(builder)):
        return Agreed(
            _as_text(state, agreed) if agreed and state["production"] else state["promises"]
        )
    written = builder.write_steps(state["task"], state["plan"], agreed, find_vacuous=find_vacuous)
    text = _as_text(state, written.promises or agreed)
    return Agreed(text, written.tokens_in, written.tokens_out)


def left_out(state: AgentState) -> list[str]:
    """Wishes of the task that no promise speaks of, one sentence each."""
    agreed = json.loads(state["promises"] or "{}")
    return [f"{each['words']}: {each['why']}" for each in agreed.get("left_out", ())]


def _without(promises: Mapping[str, Any], dropped: Any) -> dict[str, Any]:
    """The promises but for some, which are left out."""
    kept = [each for each in promises["promises"] if each["id"] not in dropped]
    gone = [each for each in promises["promises"] if each["id"] in dropped]
    why = [{"words": each["sentence"], "why": VACUOUS} for each in gone]
    remarks = [*promises.get("left_out", ()), *why]
    return {**promises, "promises": kept, **({"left_out": remarks} if remarks else {})}


def _as_text(state: AgentState, promises: Mapping[str, Any]) -> str:
    """The promises as JSON text; what the task says that people do and none of them does is left
    out, judged anew after each change of theirs."""
    kept = [each for each in promises.get("left_out", ()) if each["why"] != ONLY_LOOKS]
    acts = [asdict(each) for each in acts_left_out(state["task"], promises)]
    remarks = [*kept[: MOST_LEFT_OUT - len(acts)], *acts][:MOST_LEFT_OUT]
    others = {name: value for name, value in promises.items() if name != "left_out"}
    whole = others | ({"left_out": remarks} if remarks else {})
    return UNSTORABLE.sub("", json.dumps(whole, ensure_ascii=False))
