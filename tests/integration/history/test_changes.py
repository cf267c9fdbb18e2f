"""Readers who keep a copy of the runs miss no change and get none twice."""

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
from toggle_core.errors import ChangeCursorRefused
from toggle_core.history.changes import ChangeCursor, Changes, list_changes
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database

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
