"""A filter as texts: in the address of a page, in a link to an export, in a saved view.

The names are those of the API's parameters.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from toggle_core.errors import FilterRefused
from toggle_core.history.query import SEARCH_LIMIT, RunFilter
from toggle_core.words import NAME_LIMIT, Evidence, ProgramKind, Status, Verdict

FLAGS: Final = MappingProxyType({"true": True, "false": False})


def _name(text: str) -> str:
    if len(text) > NAME_LIMIT:
        raise ValueError(text)
    return text


READ: Final[Mapping[str, tuple[str, Callable[[str], Any]]]] = MappingProxyType(
    {
        "q": ("search", lambda text: text[:SEARCH_LIMIT]),
        "status": ("status", Status),
        "verdict": ("verdict", Verdict),
        "builder": ("builder", _name),
        "production": ("production", FLAGS.__getitem__),
        "submitted_by": ("submitted_by", _name),
        "created_from": ("created_from", date.fromisoformat),
        "created_to": ("created_to", date.fromisoformat),
        "duration_from": ("duration_from", float),
        "duration_to": ("duration_to", float),
        "needs_you": ("needs_you", FLAGS.__getitem__),
        "works": ("works", FLAGS.__getitem__),
        "evidence": ("evidence", lambda text: Evidence(int(text))),
        "strength_from": ("strength_from", int),
        "reason_code": ("reason_code", str),
        "failed_check": ("failed_check", str),
        "kind": ("kind", ProgramKind),
        "project_id": ("project_id", UUID),
    }
)
"""For each parameter, the filter's attribute and what reads its text."""


def filter_to_text(wanted: RunFilter) -> dict[str, str]:
    """The parameters that say a filter; those that narrow nothing are left out.

    Args:
        wanted: the filter; ``ids`` are not kept.
    """
    values = {name: getattr(wanted, attribute) for name, (attribute, _) in READ.items()}
    values["q"] = wanted.search.strip()
    return {name: _text(value) for name, value in values.items() if value not in {None, ""}}


def filter_from_text(texts: Mapping[str, object]) -> RunFilter:
    """The filter that parameters say. What cannot be read narrows nothing.

    So a link that was typed wrong, or a view of another version, still shows runs.

    Args:
        texts: parameters by their names; others may be among them.
    """
    wanted = RunFilter()
    for name, (attribute, read) in READ.items():
        text = texts.get(name)
        if not isinstance(text, str) or not text:
            continue
        try:
            wanted = replace(wanted, **{attribute: read(text)})
        except (ValueError, KeyError, FilterRefused):
            continue
    return wanted


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(value).removesuffix(".0")
    return str(value)
