"""The fields, figures and samples of a record list, from its topic and the fields of the task."""

import functools
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from toggle_core.builders.blueprints.literals import python_identifier

Field = dict[str, Any]

USUAL = "hours"
"""The list that is made where neither a topic nor fields are given."""

PLAIN: Sequence[Field] = (
    {"label": "Name"},
    {"label": "Kind", "kind": "group"},
    {"label": "Date", "kind": "date"},
    {"label": "Notes", "kind": "long"},
)
"""The fields of another list where the task gives none."""

_PRESETS = Path(__file__).with_name("library") / "records" / "presets.toml"
_WITHOUT_COINS = {"JPY"}
_MOST_FIGURES = 3
_GROUPED = ("choice", "group", "yesno", "rating", "date")
"""Kinds that a chart can group by, the best first."""
_ICON = '<path d="M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01"/>'
_FACTORS = (("hours", "rate"), ("quantity", "price"), ("bottles", "price"), ("quantity", "cost"))
_FILLED: Mapping[str, tuple[str | int, ...]] = {
    "text": ("Example one", "Example two", "Example three"),
    "group": ("Group one", "Group two", "Group one"),
    "long": ("Replace this with your own words.", "", "Remove the demo data to start."),
    "number": ("3", "12", "5"),
    "money": ("12.50", "20.00", "7.90"),
    "date": (-2, -9, -20),
    "rating": ("4", "5", "3"),
    "yesno": ("yes", "", "yes"),
    "email": ("ana@example.com", "ben@example.com", "carla@example.org"),
    "phone": ("+1 555 0100", "+1 555 0111", "+1 555 0122"),
}


@functools.cache
def presets() -> Mapping[str, Any]:
    """Read the lists and fields that are known by name."""
    read: dict[str, Any] = tomllib.loads(_PRESETS.read_text(encoding="utf-8"))
    read["kinds"] = {word: kind for kind, text in read["kinds"].items() for word in text.split()}
    lists = read["lists"]
    read["lists"] = {
        name: {**lists[each["like"]], **each} if "like" in each else each
        for name, each in lists.items()
    }
    return read


def kind_of(label: str) -> str:
    """Guess what a field holds from its name; empty if no word of it is known."""
    known = presets()["labels"].get(label)
    if known:
        return str(known["kind"])
    words = label.split()
    kinds: Mapping[str, str] = presets()["kinds"]
    found = [kinds[word] for word in (words[-1:] + words[:1] + words) if word in kinds]
    if len(words) > 1 and words[0] in {"last", "next"} and words[1] != "name":
        return "date"
    if words[:1] == ["number"]:
        return "number"
    first = next((kind for kind in ("money", "date") if kind in found), "")
    return first or (found[0] if found else "")


def record_shape(
    topic: str, listed: Sequence[str] = (), subject: str = "", currency: str = "USD"
) -> dict[str, Any]:
    """Put together what a record list consists of.

    Args:
        topic: name of a known list; empty if it is another one.
        listed: the fields the task names; empty if it names none.
        subject: what an unknown list is about, in the plural.
        currency: of the amounts of money.

    Returns:
        ``title``, ``one``, ``many``, ``fields``, ``figures``, ``chart_by``, ``chart_sum``,
        ``samples`` and ``look``, which the templates fill in.
    """
    known: Mapping[str, Any] | None = presets()["lists"].get(topic)
    if known is None and not listed and not subject:
        known = presets()["lists"][USUAL]
    usual = [dict(each) for each in (known["fields"] if known else () if listed else PLAIN)]
    fields = _listed_fields(listed, usual) if any(map(str.strip, listed)) else usual
    fields = fields or [{"label": "Name"}]
    _name(fields)
    is_usual = fields is usual
    shape = dict(known) if known else _nouns(subject)
    figures = known.get("figures", []) if known and is_usual else _figures(fields)
    by, summed = _chart(fields, known if is_usual else None)
    names = {field["label"]: field["name"] for field in fields}
    shape |= {
        "fields": fields,
        "figures": [{"value": "", **each, "field": names[each["field"]]} for each in figures],
        "chart_by": names[by],
        "chart_sum": names.get(summed, ""),
        "chart_heading": _heading(by, summed, shape["many"], fields),
        "samples": _samples(fields, known, shape["one"], currency),
        "look": {"tone": 85, "brand": "#0f766e", "icon": _ICON}
        | {key: shape[key] for key in ("brand", "icon") if key in shape},
    }
    return shape


def _nouns(subject: str) -> dict[str, str]:
    """Name an unknown list and its entries after what it is about."""
    if not subject:
        return {"title": "Records", "one": "entry", "many": "entries"}
    title = subject[:1].upper() + subject[1:]
    one = _singular(subject)
    if one == subject:
        return {"title": title, "one": "entry", "many": "entries"}
    return {"title": title, "one": one, "many": subject}


def _singular(plural: str) -> str:
    if plural.endswith("ies") and len(plural) > len("ties"):
        return f"{plural[:-3]}y"
    if plural.endswith(("sses", "shes", "ches", "xes")):
        return plural[:-2]
    return (
        plural[:-1] if plural.endswith("s") and not plural.endswith(("ss", "us", "is")) else plural
    )


def _listed_fields(listed: Sequence[str], usual: Sequence[Field]) -> list[Field]:
    """Make fields of their names; one that the known list has is taken as it is there."""
    by_label = {each["label"].casefold(): each for each in usual}
    fields: list[Field] = []
    for text in listed:
        label = " ".join(text.split())
        known = by_label.get(label.casefold()) or presets()["labels"].get(label)
        kind = kind_of(label) or "text"
        field = dict(known) if known else {"label": label[:1].upper() + label[1:], "kind": kind}
        field.pop("formula", None)
        if label and field["label"].casefold() not in {each["label"].casefold() for each in fields}:
            fields.append(field)
    if not any(_can_lead(each, usual) for each in fields):
        first = dict(usual[0]) if usual else {"label": "Name"}
        fields = [first, *(each for each in fields if each["label"] != first["label"])]
    lead = next((each for each in fields if _can_lead(each, usual)), fields[0])
    lead["kind"] = lead["kind"] if lead.get("kind") == "group" else "text"
    fields.sort(key=lambda each: each is not lead)
    _calculate(fields)
    return fields


def _can_lead(field: Field, usual: Sequence[Field]) -> bool:
    """Whether a field says what an entry is, so that it may stand first."""
    if usual and field["label"] == usual[0]["label"]:
        return True
    head = field["label"].casefold().split()[-1]
    return head in {"name", "title", "item", "company", "client", "customer", "guest", "product"}


def _calculate(fields: Sequence[Field]) -> None:
    """Make a total of what it is the product of, where both factors are there."""
    labels = {each["label"].casefold(): each for each in fields}
    for field in fields:
        if field["label"].casefold() in {"total", "value", "amount"}:
            for one, two in _FACTORS:
                if {one, two} <= set(labels):
                    field["formula"] = [labels[one]["label"], "*", labels[two]["label"]]
                    field["kind"] = "money"


def _name(fields: Sequence[Field]) -> None:
    """Give each field a name of its own, and what else the templates need."""
    taken: set[str] = set()
    for field in fields:
        name = python_identifier(field["label"])
        number = 2
        while name in taken:
            name = f"{python_identifier(field['label'])}_{number}"
            number += 1
        taken.add(name)
        field |= {"name": name, "kind": field.get("kind", "text")}
        field |= {"options": field.get("options", []), "formula": field.get("formula", [])}
    names = {each["label"]: each["name"] for each in fields}
    for field in fields:
        field["formula"] = [names.get(part, part) for part in field["formula"]]


def _is_summed(field: Field) -> bool:
    words = field["label"].casefold().split()
    known = presets()["sums"]["words"].split()
    return field["kind"] == "money" or (
        field["kind"] == "number" and not set(words).isdisjoint(known)
    )


def _figures(fields: Sequence[Field]) -> list[dict[str, str]]:
    found = []
    for field in fields:
        label = field["label"]
        if _is_summed(field):
            total = label if label.casefold().startswith("total") else f"Total {label.lower()}"
            found.append({"label": total, "how": "sum", "field": label})
        elif field["kind"] == "rating":
            found.append({"label": f"{label} on average", "how": "average", "field": label})
        elif field["kind"] == "yesno":
            found.append({"label": label, "how": "equal", "field": label, "value": "Yes"})
    return found[:_MOST_FIGURES]


def _chart(fields: Sequence[Field], known: Mapping[str, Any] | None) -> tuple[str, str]:
    """Say which field the chart groups by, and which one it adds up (empty: it counts)."""
    if known:
        return known["chart"], known.get("chart_sum", "")
    summed = next((each["label"] for each in fields if _is_summed(each)), "")
    by = next(
        (each["label"] for kind in _GROUPED for each in fields if each["kind"] == kind),
        fields[0]["label"],
    )
    return by, summed if summed != by else ""


def _heading(by: str, summed: str, many: str, fields: Sequence[Field]) -> str:
    what = summed or many[:1].upper() + many[1:]
    is_date = any(each["label"] == by and each["kind"] == "date" for each in fields)
    return f"{what} by {'month of ' if is_date else ''}{by.lower()}"


def _samples(
    fields: Sequence[Field], known: Mapping[str, Any] | None, one: str, currency: str
) -> list[dict[str, str | int]]:
    """Write sample entries: those of the known list, and something plain where it has none."""
    entered = [each for each in fields if not each["formula"]]
    usual = [each for each in known["fields"] if "formula" not in each] if known else []
    rows = known["samples"] if known else [[], [], []]
    found = []
    for place, row in enumerate(rows):
        given = {each["label"]: value for each, value in zip(usual, row, strict=False)}
        sample: dict[str, str | int] = {}
        for field in entered:
            filled = field["options"] or _FILLED.get(field["kind"], ("",))
            value = given.get(field["label"], filled[place % len(filled)])
            if field is entered[0] and field["label"] not in given:
                value = f"{('First', 'Second', 'Third', 'Fourth')[place % 4]} {one}"
            if field["kind"] == "money" and currency in _WITHOUT_COINS:
                value = str(value).partition(".")[0]
            sample[field["name"]] = value
        found.append(sample)
    return found
