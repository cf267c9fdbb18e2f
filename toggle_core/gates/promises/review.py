"""Promises as a person edits them: one sentence a line."""

from collections.abc import Mapping
from typing import Any


def sentences_of(promises: Mapping[str, Any]) -> str:
    """The sentences, one a line, to be edited.

    Args:
        promises: JSON values, in the shape of ``docs/promises.md``.
    """
    return "\n".join(promise["sentence"] for promise in promises["promises"])


def with_sentences(promises: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The promises as they were edited.

    A sentence that is gone is struck. One that is new, or says something else now, has no steps: a
    person has to try it.

    Args:
        promises: as they were.
        text: one sentence a line.

    Returns:
        JSON values, for ``read_promises`` to check.
    """
    known = {promise["sentence"]: promise for promise in promises["promises"]}
    lines = dict.fromkeys(" ".join(line.split()) for line in text.splitlines())
    kept = [known.get(line) or {"sentence": line, "steps": []} for line in lines if line]
    used = {promise.get("id") for promise in kept}
    free = (name for number in range(1, 1_000) if (name := f"added-{number}") not in used)
    return {
        **promises,
        "promises": [each if "id" in each else {"id": next(free), **each} for each in kept],
    }
