"""The numbers of statuses: exact as far as people read them, and honest above."""

from collections.abc import Iterator

import pytest

from tests.integration.sql import tell
from tests.integration.varied_runs import fill
from toggle_core.history import counts
from toggle_core.history.counts import Count, count_by_state, count_exactly
from toggle_core.history.filter_choices import known_builders, known_submitters
from toggle_core.history.query import RunFilter
from toggle_core.store.database import Database
from toggle_core.words import Status, Verdict

MANY = 3_000
EXACT = 50


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture
def large(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """As if three thousand runs were a million: most of them lie outside of the sample."""
    fill(database, MANY)
    tell(database, "ANALYZE runs")
    monkeypatch.setattr(counts, "SAMPLE_BYTES", 200_000)
    monkeypatch.setattr(counts, "EXACT_COUNT", EXACT)
    yield database
    tell(database, "TRUNCATE runs CASCADE")


def test_without_runs_all_numbers_are_zero(database: Database) -> None:
    found = count_by_state(database)
    assert found.of() == Count(0)
    assert set(found.by_state.values()) == {Count(0)}


def test_few_runs_are_counted_exactly(database: Database) -> None:
    fill(database, 20)
    found = count_by_state(database)
    assert found.of() == Count(20)
    assert found.of(Status.COMPLETED) == Count(8)


def test_many_runs_are_estimated_and_it_is_said(large: Database) -> None:
    found = count_by_state(large)
    for status in Status:
        count, exact = found.of(status), count_exactly(large, RunFilter(status=status))
        assert not count.exact
        assert abs(count.number - exact) < exact / 2
    assert not found.of().exact
    assert abs(found.of().number - MANY) < MANY / 10


def test_an_estimate_has_two_digits(large: Database) -> None:
    found = count_by_state(large)
    for status in Status:
        assert str(found.of(status).number)[2:].strip("0") == ""


def test_what_is_not_clearly_many_is_counted(large: Database) -> None:
    tell(
        large,
        "UPDATE runs SET status = 'failed', stage = 'done', error = 'no', finished_at = now()"
        " WHERE id IN (SELECT id FROM runs WHERE status = 'processing' ORDER BY id OFFSET %(few)s)",
        few=EXACT - 7,
    )
    found = count_by_state(large)
    assert found.of(Status.PROCESSING) == Count(EXACT - 7)
    assert not found.of(Status.FAILED).exact


def test_one_more_than_is_counted_is_not_exact(large: Database) -> None:
    tell(large, "UPDATE runs SET stage = 'coding' WHERE status = 'processing'")
    tell(
        large,
        "DELETE FROM runs WHERE status = 'processing' AND id NOT IN"
        " (SELECT id FROM runs WHERE status = 'processing' ORDER BY id LIMIT %(some)s)",
        some=EXACT + 1,
    )
    assert not count_by_state(large).of(Status.PROCESSING).exact


def test_a_rare_filter_is_exact_however_many_runs_there_are(large: Database) -> None:
    wanted = RunFilter(search="1234", status=Status.FAILED)
    found = count_by_state(large, wanted)
    assert found.of() == Count(1)
    assert found.of().number == count_exactly(large, RunFilter(search="1234"))


def test_a_word_that_many_runs_have_is_not_counted_in_each_state(
    large: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "EXACT_COUNT", MANY)
    monkeypatch.setattr(counts, "EXACT_FOUND", EXACT)
    assert all(count.exact for count in count_by_state(large).by_state.values())
    found = count_by_state(large, RunFilter(search="number"))
    for status in Status:
        count, exact = found.of(status), count_exactly(large, RunFilter(status=status))
        assert not count.exact
        assert abs(count.number - exact) < exact / 2


def test_verdict_of_the_filter_is_left_aside(large: Database) -> None:
    assert count_by_state(large, RunFilter(verdict=Verdict.READY)) == count_by_state(large)


def test_drafts_are_counted_apart_from_ready_runs(database: Database) -> None:
    rows = fill(database)
    found = count_by_state(database)
    for verdict in Verdict:
        number = sum(row["verdict"] == verdict for row in rows)
        assert number
        assert found.of(verdict=verdict) == Count(number)
    assert found.of(Status.COMPLETED).number == sum(
        found.of(verdict=verdict).number for verdict in Verdict
    )


def test_the_same_runs_have_the_same_numbers_each_time(large: Database) -> None:
    assert count_by_state(large) == count_by_state(large)


# What menus offer.


def test_menus_offer_what_occurs_in_order_and_once(database: Database) -> None:
    assert known_builders(database) == known_submitters(database) == []
    fill(database)
    assert known_builders(database) == ["blueprints", "openai:gpt-5-mini"]
    assert known_submitters(database) == ["Ada", "Grace"]


def test_a_menu_ends_somewhere(database: Database) -> None:
    tell(
        database,
        "INSERT INTO runs (id, task, builder) SELECT gen_random_uuid(), 'Ask', to_char(n, '0000')"
        " FROM generate_series(1, 150) AS n",
    )
    assert len(known_builders(database)) == 100
