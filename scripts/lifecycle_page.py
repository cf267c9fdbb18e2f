"""Writes the diagram and the table of docs/lifecycle.md: ``python -m scripts.lifecycle_page``."""

import re
from collections.abc import Set
from pathlib import Path
from typing import Final

from toggle_core.runs.lifecycle import PROCESSING, SUBMIT, TRANSITIONS, State, Transition
from toggle_core.words import Stage, Status

PAGE: Final = Path(__file__).parent.parent / "docs" / "lifecycle.md"

ANY_STAGE: Final = "any_stage"


def diagram() -> str:
    """A Mermaid state diagram of the transitions."""
    edges: dict[tuple[str, str], list[str]] = {}
    for transition in TRANSITIONS:
        for source in _sources(transition):
            target = source if transition.target is None else str(transition.target)
            label = f"{transition.name} ({transition.actor})"
            edges.setdefault((source, target), []).append(label)
    lines = [f"    {source} --> {end}: {', '.join(by)}" for (source, end), by in edges.items()]
    head = ["stateDiagram-v2", f'    state "any stage" as {ANY_STAGE}']
    return "\n".join(["```mermaid", *head, *lines, "```"])


def table() -> str:
    """The transitions as a Markdown table."""
    rows = [
        f"| {transition.name} | {_words(transition)} | {transition.target or 'the same'} "
        f"| {transition.actor} | {transition.event or ''} |"
        for transition in TRANSITIONS
    ]
    return "\n".join(["| transition | from | to | by | event |", "|---|---|---|---|---|", *rows])


def filled(page: str) -> str:
    """The page with its generated blocks as they have to be now."""
    for name, block in (("diagram", diagram()), ("table", table())):
        begin, end = f"<!-- {name} -->\n", f"\n<!-- end of {name} -->"
        pattern = re.escape(begin) + ".*?" + re.escape(end)
        page, found = re.subn(pattern, lambda _, b=begin + block + end: b, page, flags=re.DOTALL)
        if found != 1:
            raise ValueError(f"the page needs one block: {name}")
    return page


def _sources(transition: Transition) -> list[str]:
    """Names of the nodes that it leaves."""
    if transition is SUBMIT:
        return ["[*]"]
    return [ANY_STAGE] if transition.sources == PROCESSING else _ordered(transition.sources)


def _words(transition: Transition) -> str:
    """Its sources, for people."""
    if transition is SUBMIT:
        return ""
    return (
        "any stage" if transition.sources == PROCESSING else ", ".join(_ordered(transition.sources))
    )


def _ordered(states: Set[State]) -> list[str]:
    return [str(state) for state in (*Stage, *Status) if state in states]


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
