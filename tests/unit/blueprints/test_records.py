"""Lists of records: what a task is about, its fields, and every list that is known by name."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from toggle_core.builders.blueprints import Blueprints
from toggle_core.builders.blueprints.builder import promises_of, render
from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.builders.blueprints.matching import match
from toggle_core.builders.blueprints.record_shapes import kind_of, presets, record_shape
from toggle_core.errors import NoBlueprint
from toggle_core.gates.promises.reading import read_promises

START = """
import json, tempfile
from pathlib import Path
from entries import SAMPLES, Entries
from main import build_app
from web import Request
entries = Entries(Path(tempfile.mkdtemp()) / "entries.db", SAMPLES)
answer = build_app(entries).answer(Request("GET", "/"), {})
assert answer.status == 200
assert len(entries.all()) == len(json.loads(SAMPLES.read_text(encoding="utf-8"))) >= 3
assert all(entry.title in answer.body.replace("&amp;", "&") for entry in entries.all())
print(answer.body.count("<rect"))
"""


def shape_of(task: str) -> Mapping[str, Any]:
    """Return what the record list of a task consists of."""
    chosen = match(task, catalogue()).chosen
    assert chosen is not None, task
    assert chosen.blueprint.name == "records"
    values = {name: chosen.values[name] for name in ("topic", "listed", "subject", "currency")}
    return record_shape(**values)


@pytest.mark.parametrize(
    ("task", "fields"),
    [
        (
            "A tracker for my guitars with name, date, price and rating",
            {"Name": "text", "Date": "date", "Price": "money", "Rating": "rating"},
        ),
        (
            "A tracker for my plants with name, last watered and notes",
            {"Name": "text", "Last watered": "date", "Notes": "long"},
        ),
        (
            "guest list with name, answer yes/no, plus ones, diet",
            {"Name": "text", "Answer": "choice", "Plus ones": "number", "Diet": "text"},
        ),
        (
            "time tracker with client, date, hours, rate and total",
            {"Client": "group", "Date": "date", "Hours": "number", "Rate": "money"}
            | {"Total": "money"},
        ),
        (
            "a list of my board games with players, done, email and phone",
            {"Name": "text", "Players": "text", "Done": "yesno", "Email": "email"}
            | {"Phone": "phone"},
        ),
    ],
)
def test_fields_and_their_kinds_are_taken_from_the_task(task: str, fields: dict[str, str]) -> None:
    assert {each["label"]: each["kind"] for each in shape_of(task)["fields"]} == fields


def test_a_total_is_calculated_from_its_factors() -> None:
    shape = shape_of("time tracker with client, hours, rate and total")
    assert shape["fields"][-1]["formula"] == ["hours", "*", "rate"]
    assert {"label": "Total", "how": "sum", "field": "total", "value": ""} in shape["figures"]


@pytest.mark.parametrize(
    ("task", "one"),
    [
        ("a tracker for my guitars with name and date", "guitar"),
        ("a list of my dairies with name and date", "dairy"),
        ("a tracker with name and date", "entry"),
        ("a list of books I want to read", "book"),
        ("a list of islands I want to visit with date", "island"),
        ("a tracker for my guitars", "guitar"),
        ("Recipe book app", "recipe"),
    ],
)
def test_entries_are_called_what_they_are(task: str, one: str) -> None:
    assert shape_of(task)["one"] == one


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("unit price", "money"),
        ("price paid", "money"),
        ("date of birth", "date"),
        ("next visit", "date"),
        ("last name", "text"),
        ("number of bottles", "number"),
        ("quality", "rating"),
        ("zorp", ""),
    ],
)
def test_a_kind_is_guessed_from_the_words_of_a_field(label: str, kind: str) -> None:
    assert kind_of(label) == kind


@pytest.mark.parametrize(
    ("task", "title", "labels"),
    [
        ("a tracker for my guitars", "Guitars", ["Name", "Kind", "Date", "Notes"]),
        ("a parcel log with name and company", "Parcel", ["Name", "Company"]),
        ("a plant watering log with date and plant", "Plants", ["Name", "Date", "Plant"]),
    ],
)
def test_a_list_nobody_knows_is_about_what_it_is_called(
    task: str, title: str, labels: list[str]
) -> None:
    shape = shape_of(task)
    assert shape["title"] == title
    assert [each["label"] for each in shape["fields"]] == labels


@pytest.mark.parametrize(
    "task",
    [
        "a list of prime numbers",
        "a tracker for my stocks",
        "a log of server errors",
        "a list of islands I sank with cannons",
        "a collection of poems",
    ],
)
def test_what_is_no_list_of_things_is_refused(task: str) -> None:
    with pytest.raises(NoBlueprint):
        Blueprints().plan(task)


def test_fields_that_collide_get_names_of_their_own() -> None:
    shape = record_shape("", ("id", "ID", "class", "図書", "本", "<b>", "x" * 260))
    names = [each["name"] for each in shape["fields"]]
    labels = [each["label"].casefold() for each in shape["fields"]]
    assert len(set(names)) == len(names) == len(set(labels)) == 7
    assert all(name.isidentifier() for name in names)
    assert labels[0] == "name"


@pytest.mark.parametrize(
    ("task", "missing"),
    [
        ("contacts and recipes app", "recipes"),
        ("smart contact list", "smart"),
        ("contact list with login", "login"),
        ("recipe book with reminders", "reminders"),
        ("inventory with pdf export", "pdf"),
        ("wine list with pie chart", "pie chart"),
        ("a list with charts and statistics", "a list with charts and statistics"),
        ("car booking app", "car booking app"),
        ("tracker for stocks", "tracker for stocks"),
    ],
)
def test_a_wish_no_list_fulfils_is_refused_by_name(task: str, missing: str) -> None:
    with pytest.raises(NoBlueprint) as caught:
        Blueprints().plan(task)
    assert missing in str(caught.value)


@pytest.mark.parametrize(
    ("topic", "currency"), [*((each, "USD") for each in presets()["lists"]), ("wines", "JPY")]
)
def test_every_known_list_starts_with_its_samples(
    topic: str, currency: str, tmp_path: Path
) -> None:
    values = {"topic": topic, "currency": currency}
    assert len(read_promises(promises_of("records", values)).promises) == 7
    for name, text in render("records", values).files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-E", "-s", "-W", "error", "-c", START],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 1
