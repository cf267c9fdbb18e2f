"""Promises as a person leaves them after a review."""

from collections.abc import Mapping, Sequence
from typing import Any


def reviewed_promises(
    promises: Mapping[str, Any], sentences: Mapping[str, str], added: Sequence[str] = ()
) -> dict[str, Any]:
    """The promises as they were edited.

    One that says something else now has no steps, like one that was added: a model writes new ones,
    or a person has to try it.

    Args:
        promises: as they were; JSON values, in the shape of ``docs/promises.md``.
        sentences: of the promises that were not struck, by their ids.
        added: further sentences.

    Returns:
        JSON values, for ``read_promises`` to check.
    """
    kept = [
        promise
        if promise["sentence"] == sentences[promise["id"]]
        else {"id": promise["id"], "sentence": sentences[promise["id"]], "steps": []}
        for promise in promises["promises"]
        if promise["id"] in sentences
    ]
    used = {promise["id"] for promise in promises["promises"]}
    free = (name for number in range(1, 1_000) if (name := f"added-{number}") not in used)
    new = [{"id": next(free), "sentence": sentence, "steps": []} for sentence in added]
    return {**promises, "promises": [*kept, *new]}
