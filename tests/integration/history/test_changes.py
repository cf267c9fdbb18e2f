"""Readers who keep a copy of the runs miss no change and get none twice."""

import base64
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from tests.integration.sql import ask, tell
from tests.polling import eventually
from toggle_core.errors import ChangeCursorRefused, ChangeCursorTooOld
from toggle_core.history.changes import ChangeCursor, Changes, list_changes
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.store.deletions import KEPT_DAYS
from toggle_core.store.retention import Policy
from toggle_core.store.sweeping import sweep

BEGINNING = ChangeCursor()
END = "UPDATE runs SET status = 'cancelled', stage = 'done', finished_at = now() WHERE id = %(run)s"
WRITERS = 4
ROUNDS = 30


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


def submitted(database: Database, task: str = "Ask") -> UUID:
    return submit(database, task, builder="quick").task_id


class Reader:
    """Keeps a copy of the runs: status by id."""

    def __init__(self, database: Database) -> None:
        self.copy: dict[UUID, str] = {}
        self.received: Counter[UUID] = Counter()
        self._database = database
        self.cursor = BEGINNING

    def read(self, limit: int = 3) -> Changes:
        """One page, into the copy."""
        page = list_changes(self._database, self.cursor, limit=limit)
        # A cursor travels as text.
        self.cursor = ChangeCursor.read(str(page.cursor))
        self.copy |= {run.id: run.status.value for run in page.runs}
        self.received.update([run.id for run in page.runs])
        for run_id in page.deleted:
            self.copy.pop(run_id, None)
        return page

    def catch_up(self) -> None:
        """All pages, until they say what is true: a transaction elsewhere may hold them back."""

        def is_true() -> bool:
            while (page := self.read()).runs or page.deleted:
                pass
            return self.copy == truth(self._database)

        eventually(is_true)


def truth(database: Database) -> dict[UUID, str]:
    return {row["id"]: row["status"] for row in ask(database, "SELECT id, status FROM runs")}


def test_pages_give_each_run_once_and_then_only_what_changes(database: Database) -> None:
    runs = [submitted(database) for _ in range(7)]
    reader = Reader(database)
    reader.catch_up()
    assert reader.received == Counter(runs)
    tell(database, END, run=runs[2])
    tell(database, END, run=runs[4])
    tell(database, "DELETE FROM runs WHERE id = %(run)s", run=runs[4])
    reader.catch_up()
    assert reader.received - Counter(runs) <= Counter([runs[2], runs[4]])
    assert runs[4] not in reader.copy
    assert reader.read() == Changes((), (), reader.cursor)


def test_a_transaction_that_commits_late_is_not_missed(database: Database) -> None:
    reader = Reader(database)
    with psycopg.connect(database.conninfo) as late:
        early_number = late.execute(
            "INSERT INTO projects (id, name) VALUES (gen_random_uuid(), 'First')"
            " RETURNING pg_current_xact_id()"
        ).fetchone()
        assert early_number is not None
        quick = submitted(database)
        assert reader.read() == Changes((), (), reader.cursor)
        late.execute(END, {"run": quick})
    reader.catch_up()
    assert reader.copy == {quick: "cancelled"}
    assert reader.received == Counter([quick])


def test_the_union_of_pages_equals_the_truth_while_many_write(database: Database) -> None:
    changes: Counter[UUID] = Counter()
    lock = threading.Lock()
    together = threading.Barrier(WRITERS)

    def write(number: int) -> None:
        """Submit, end and delete, each in a transaction that overlaps with those of others."""
        with ExitStack() as stack:
            open_ones = [stack.enter_context(psycopg.connect(database.conninfo)) for _ in range(2)]
            together.wait(120)
            for turn in range(ROUNDS):
                run_id = submitted(database, f"Task {number}-{turn}")
                connection = open_ones[turn % 2]
                connection.execute(END, {"run": run_id})
                if turn % 3 == 0:
                    connection.execute("DELETE FROM runs WHERE id = %s", (run_id,))
                with lock:
                    changes[run_id] += 2
                open_ones[(turn + 1) % 2].commit()
            for connection in open_ones:
                connection.commit()

    reader = Reader(database)
    with ThreadPoolExecutor(WRITERS) as pool:
        writing = [pool.submit(write, number) for number in range(WRITERS)]
        while not all(each.done() for each in writing):
            reader.read()
        for each in writing:
            each.result()
    reader.catch_up()
    assert len(reader.copy) == WRITERS * ROUNDS * 2 // 3
    assert not reader.received - changes


def test_a_cursor_of_another_database_or_of_the_future_is_refused(database: Database) -> None:
    submitted(database)
    reader = Reader(database)
    reader.catch_up()
    cursor = reader.cursor
    for wrong in (
        ChangeCursor("7.5", cursor.number, cursor.run_id),
        ChangeCursor(cursor.database, 2**62, cursor.run_id),
    ):
        with pytest.raises(ChangeCursorRefused):
            list_changes(database, wrong, limit=1)


AGE = "UPDATE deleted_runs SET deleted_at = now() - make_interval(days => %(days)s)"


def deleted(database: Database, *runs: UUID, days: int) -> None:
    """Delete runs, one after the other, and make that long ago."""
    for run_id in runs:
        tell(database, "DELETE FROM runs WHERE id = %(run)s", run=run_id)
        tell(database, AGE + " WHERE id = %(run)s", run=run_id, days=days)


def forget(database: Database) -> set[UUID]:
    """Sweep. Returns the ids of deleted runs that are left."""
    assert sweep(database, Policy()) is not None
    return {row["id"] for row in ask(database, "SELECT id FROM deleted_runs")}


def test_a_reader_who_slept_too_long_begins_anew_and_comes_to_the_truth(
    database: Database,
) -> None:
    old, young = [submitted(database) for _ in range(3)], submitted(database)
    asleep, awake = Reader(database), Reader(database)
    asleep.catch_up()
    awake.catch_up()
    deleted(database, *old, days=KEPT_DAYS - 1)
    awake.catch_up()
    assert set(forget(database)) == set(old), "none is old enough"
    tell(database, AGE, days=KEPT_DAYS + 1)
    deleted(database, young, days=1)
    assert forget(database) == {old[-1], young}, "the newest of the old stands for all of them"
    with pytest.raises(ChangeCursorTooOld, match=f"{KEPT_DAYS} days.*empty changed_since"):
        asleep.read()
    awake.catch_up()
    assert awake.copy == {}
    anew = Reader(database)
    anew.catch_up()
    assert anew.copy == {}


def test_a_new_reader_is_not_held_up_by_what_was_forgotten_before_it_began(
    database: Database,
) -> None:
    runs = [submitted(database) for _ in range(7)]
    deleted(database, *(submitted(database) for _ in range(3)), days=KEPT_DAYS + 1)
    assert len(forget(database)) == 1
    reader = Reader(database)
    reader.read()
    assert 0 < len(reader.copy) < len(runs), "its cursor is older than what was forgotten"
    deleted(database, runs[0], days=0)
    reader.catch_up()
    assert set(reader.copy) == set(runs[1:])


def test_what_is_forgotten_while_a_page_is_read_is_noticed(database: Database) -> None:
    run_id, other = submitted(database), submitted(database)
    reader = Reader(database)
    reader.catch_up()
    deleted(database, run_id, other, days=KEPT_DAYS + 1)
    with pytest.raises(ChangeCursorTooOld):
        reader.read()
    assert forget(database) == {other}
    with pytest.raises(ChangeCursorTooOld):
        reader.read()


def test_a_cursor_of_the_first_version_is_still_read(database: Database) -> None:
    submitted(database)
    reader = Reader(database)
    reader.catch_up()
    plain = f"{reader.cursor.database}|{reader.cursor.number}|{reader.cursor.run_id}"
    early = ChangeCursor.read(base64.urlsafe_b64encode(plain.encode()).decode())
    assert list_changes(database, early, limit=1).runs == ()


def test_the_api_says_how_to_go_on_from_a_cursor_that_is_too_old(
    api: httpx.Client, shared_database: Database
) -> None:
    run_id = submitted(shared_database)
    reader = Reader(shared_database)
    reader.catch_up()
    deleted(shared_database, run_id, days=KEPT_DAYS + 1)
    answer = api.get("/tasks", params={"changed_since": str(reader.cursor)})
    assert (answer.status_code, answer.json()["field"]) == (422, "changed_since")
    assert "Start again with an empty changed_since" in answer.json()["detail"]


def test_the_api_gives_changes_and_deletions_after_a_cursor(
    api: httpx.Client, shared_database: Database
) -> None:
    kept, gone = submitted(shared_database, "Keep"), submitted(shared_database, "Delete")
    pages: list[dict[str, Any]] = [{"changed_since": ""}]

    def received() -> tuple[list[str], list[str]]:
        pages.append(api.get("/tasks", params={"changed_since": pages[-1]["changed_since"]}).json())
        return (
            [task["task_id"] for page in pages[1:] for task in page["tasks"]],
            [run_id for page in pages[1:] for run_id in page["deleted"]],
        )

    eventually(lambda: received() == ([str(kept), str(gone)], []))
    tell(shared_database, "DELETE FROM runs WHERE id = %(run)s", run=gone)
    eventually(lambda: received() == ([str(kept), str(gone)], [str(gone)]))
    below = str(ChangeCursor("7.5", -(10**30)))
    for wrong in ("nonsense", "MXwyfDM", below, str(ChangeCursor("7.5", 10**30))):
        answer = api.get("/tasks", params={"changed_since": wrong})
        assert (answer.status_code, answer.json()["field"]) == (422, "changed_since")
    mixed = api.get("/tasks", params={"changed_since": "", "status": "failed"})
    assert (mixed.status_code, mixed.json()["field"]) == (422, "changed_since")
    plain = api.get("/tasks").json()
    assert (plain["deleted"], plain["changed_since"]) == ([], None)
