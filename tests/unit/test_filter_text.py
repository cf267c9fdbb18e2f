"""A filter survives the way through an address, and what is not one narrows nothing."""

from datetime import date
from uuid import UUID

import pytest

from toggle_core.errors import FilterRefused
from toggle_core.history.filter_text import filter_from_text, filter_to_text
from toggle_core.history.query import RunFilter
from toggle_core.words import Evidence, ProgramKind, Status, Verdict

FILTERS = [
    RunFilter(),
    RunFilter(status=Status.CANCELLED, verdict=Verdict.NOT_READY),
    RunFilter(search="naïve & “quoted” = 100%"),
    RunFilter(builder="openai:gpt-5-mini", submitted_by="Ada <ada@example.com>"),
    RunFilter(search="python 3.0", builder="ollama:granite3.0", submitted_by="v1.0"),
    RunFilter(production=True),
    RunFilter(production=False),
    RunFilter(needs_you=True),
    RunFilter(works=True, evidence=Evidence.CHECKS, strength_from=0),
    RunFilter(status=Status.COMPLETED, needs_you=False),
    RunFilter(reason_code="tokens-used-up", project_id=UUID(int=7)),
    RunFilter(failed_check="lint", kind=ProgramKind.WEB),
    RunFilter(created_from=date(2026, 1, 31), created_to=date(2026, 2, 1)),
    RunFilter(duration_from=0.0, duration_to=1 / 3),
    RunFilter(duration_from=1e15, duration_to=1e16),
]


@pytest.mark.parametrize("wanted", FILTERS)
def test_what_was_written_is_read_again(wanted: RunFilter) -> None:
    assert filter_from_text(filter_to_text(wanted)) == wanted


def test_the_parameters_are_those_of_the_api() -> None:
    wanted = RunFilter(status=Status.FAILED, search=" to-do ", production=False, duration_from=10.0)
    assert filter_to_text(wanted) == {
        "q": "to-do",
        "status": "failed",
        "production": "false",
        "duration_from": "10",
    }


def test_chosen_runs_have_no_parameter() -> None:
    assert filter_to_text(RunFilter(ids=(UUID(int=1),))) == {}


@pytest.mark.parametrize(
    "texts",
    [
        {"status": "stuck"},
        {"status": ""},
        {"verdict": None},
        {"production": "yes"},
        {"builder": "x" * 201},
        {"builder": "a\x00b"},
        {"created_from": "31.1.2026"},
        {"created_to": 20260131},
        {"created_to": "0001-01-01"},
        {"duration_from": "long"},
        {"duration_to": "nan"},
        {"duration_to": "-1"},
        {"evidence": "3", "works": "1"},
        {"strength_from": "101"},
        {"reason_code": "rain", "project_id": "7"},
        {"failed_check": "rain", "kind": "boat"},
        {"colour": "red", "cursor": "abc"},
    ],
)
def test_what_cannot_be_read_narrows_nothing(texts: dict[str, object]) -> None:
    assert filter_from_text({**texts, "q": "list"}) == RunFilter(search="list")


# What no filter can be.


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"builder": "a\x00"}, "builder"),
        ({"submitted_by": "\ud800"}, "submitted_by"),
        ({"created_from": date(2026, 1, 2), "created_to": date(2026, 1, 2)}, "created_to"),
        ({"created_from": date(2026, 1, 2), "created_to": date(2026, 1, 1)}, "created_to"),
        ({"duration_from": -0.1}, "duration_from"),
        ({"duration_from": float("nan")}, "duration_from"),
        ({"duration_to": float("inf")}, "duration_to"),
        ({"strength_from": -1}, "strength_from"),
        ({"reason_code": "rain"}, "reason_code"),
        ({"failed_check": "rain"}, "failed_check"),
        ({"duration_from": 2.0, "duration_to": 2.0}, "duration_to"),
    ],
)
def test_values_that_no_run_can_have_are_refused_by_name(
    values: dict[str, object], field: str
) -> None:
    with pytest.raises(FilterRefused) as refusal:
        RunFilter(**values)  # type: ignore[arg-type]  # the wrong values are the point
    assert refusal.value.field == field
    assert str(refusal.value).startswith(f"{field}: ")
