"""Events of a run as they happen: none missing, none twice, and nothing asked in between."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb
from sqlalchemy import event as sqlalchemy_event

from tests.builders import Quick
from tests.integration.api_server import serving
from tests.integration.event_reader import data, reading, written
from tests.integration.executors import Held, executors
from tests.integration.sql import ask, tell
from tests.polling import eventually
from toggle_core.api import events
from toggle_core.events import feed
from toggle_core.runs.control import cancel
from toggle_core.runs.partial_output import record_partial_output
from toggle_core.runs.submission import submit
from toggle_core.settings import Settings
from toggle_core.startup import services
from toggle_core.store.database import Database
from toggle_core.store.lease_guard import Lease
from toggle_core.words import Stage

LISTENING = """
    SELECT pid, query_start, state FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid IN (
           SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = 1952)
"""


@pytest.fixture
def run_id(shared_database: Database) -> UUID:
    """A run that waits in the queue."""
    return submit(shared_database, "Follow me", builder="quick").task_id


def tell_event(database: Database, run_id: UUID, stage: str = "coding") -> None:
    tell(
        database,
        "INSERT INTO run_events (run_id, kind, stage) VALUES (%(run)s, 'stage', %(stage)s)",
        run=run_id,
        stage=stage,
    )


def listeners(database: Database) -> list[int]:
    return [row["pid"] for row in ask(database, LISTENING)]


# The stream.


def test_a_run_is_followed_from_its_submission_to_its_end(
    api_address: str, shared_database: Database, run_id: UUID
) -> None:
    builder = Held()
    with executors(shared_database) as new_executor, reading(api_address, run_id) as reader:
        worker = threading.Thread(target=new_executor(builder, "one").execute, args=(run_id,))
        worker.start()
        eventually(lambda: reader.stages == ["queued", "planning", "coding"])
        assert not reader.ended.is_set()
        builder.go.set()
        assert reader.ended.wait(120)
        worker.join()
    assert reader.stages == ["queued", "planning", "coding", "responding", "done"]
    assert reader.ids == written(shared_database, run_id)
    assert reader.kinds[-1] == "end"
    assert data(reader.events[-1]) == {
        "task_id": str(run_id),
        "status": "completed",
        "verdict": "draft",
    }


def test_an_event_says_what_is_known_of_it(
    api_address: str, shared_database: Database, run_id: UUID
) -> None:
    [row] = ask(shared_database, "SELECT id, at FROM run_events")
    with reading(api_address, run_id) as reader:
        eventually(lambda: reader.events)
    [event] = reader.events
    assert event.id == str(row["id"])
    assert event.event == "stage"
    found = data(event)
    assert found.pop("at").startswith(row["at"].strftime("%Y-%m-%dT%H:%M"))
    assert found == {"id": row["id"], "kind": "stage", "stage": "queued", "detail": {}}


def test_the_answer_is_a_stream_that_nobody_keeps(api_address: str, run_id: UUID) -> None:
    with httpx.stream("GET", f"{api_address}/api/tasks/{run_id}/events", timeout=60) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-accel-buffering"] == "no"


def test_of_a_run_that_has_ended_all_is_told_at_once(
    api_address: str, shared_database: Database, run_id: UUID
) -> None:
    cancel(shared_database, run_id)
    with reading(api_address, run_id) as reader:
        assert reader.ended.wait(120)
    assert reader.stages == ["queued", "done"]
    assert data(reader.events[-1])["status"] == "cancelled"


def test_names_of_machines_are_not_told(
    api_address: str, shared_database: Database, run_id: UUID
) -> None:
    tell(
        shared_database,
        "INSERT INTO run_events (run_id, kind, stage, detail)"
        " VALUES (%(run)s, 'continued', 'coding', %(detail)s)",
        run=run_id,
        detail=Jsonb({"worker": "secret-host/1", "takeovers": 2}),
    )
    with reading(api_address, run_id) as reader:
        eventually(lambda: len(reader.events) == 2)
    assert data(reader.events[1])["detail"] == {"takeovers": 2}


def test_only_the_latest_partial_output_is_streamed(
    api_address: str, shared_database: Database, run_id: UUID
) -> None:
    for length in (100, 5_000, 300_000):
        record_partial_output(shared_database, Lease(run_id, 0), Stage.CODING, "x" * length)
    with reading(api_address, run_id) as reader:
        eventually(lambda: len(reader.events) == 2)
        assert reader.kinds == ["stage", "text"]
        assert data(reader.events[1])["detail"] == {"text": "x" * 4_000, "length": 300_000}
        record_partial_output(shared_database, Lease(run_id, 0), Stage.CODING, "y")
        eventually(lambda: len(reader.events) == 3)
    assert data(reader.events[2])["detail"] == {"text": "y", "length": 1}


def test_more_events_than_are_read_at_once_all_arrive_in_order(
    api_address: str, shared_database: Database, run_id: UUID
) -> None:
    tell(
        shared_database,
        "INSERT INTO run_events (run_id, kind, stage)"
        " SELECT %(run)s, 'stage', 'coding' FROM generate_series(1, 1234)",
        run=run_id,
    )
    cancel(shared_database, run_id)
    with reading(api_address, run_id) as reader:
        assert reader.ended.wait(120)
    assert reader.ids == written(shared_database, run_id)
    assert len(reader.ids) == 1236


# Going on.


@pytest.mark.parametrize("how", ["header", "parameter"])
def test_after_a_break_it_goes_on_without_gap_or_repetition(
    api_address: str, shared_database: Database, run_id: UUID, how: str
) -> None:
    tell_event(shared_database, run_id, "planning")
    with reading(api_address, run_id) as first:
        eventually(lambda: len(first.events) == 2)
    tell_event(shared_database, run_id, "coding")
    with reading(api_address, run_id, **{how: first.events[-1].id}) as second:
        tell_event(shared_database, run_id, "responding")
        eventually(lambda: len(second.events) == 2)
        cancel(shared_database, run_id)
        assert second.ended.wait(120)
    assert first.ids + second.ids == written(shared_database, run_id)


def test_a_browser_that_connects_again_counts_more_than_the_address_it_began_with(
    api_address: str, shared_database: Database, run_id: UUID
) -> None:
    tell_event(shared_database, run_id, "planning")
    tell_event(shared_database, run_id, "coding")
    first, second, third = written(shared_database, run_id)
    with reading(api_address, run_id, parameter=str(first), header=str(second)) as reader:
        eventually(lambda: reader.events)
    assert reader.ids == [third]


def test_who_knows_all_of_a_run_that_has_ended_is_told_not_to_come_again(
    api_address: str, shared_database: Database, run_id: UUID
) -> None:
    cancel(shared_database, run_id)
    last = written(shared_database, run_id)[-1]
    with reading(api_address, run_id, header=str(last)) as reader:
        assert reader.ended.wait(120)
    assert (reader.status, reader.events) == (204, [])


def test_events_of_a_run_get_their_ids_in_the_order_they_appear(
    api_address: str, shared_database: Database, run_id: UUID
) -> None:
    """Without the lock of migration 0008 the later id is seen first, and the earlier one lost."""
    statement = "INSERT INTO run_events (run_id, kind, stage) VALUES (%s, 'stage', %s)"
    with (
        psycopg.connect(shared_database.conninfo) as slow,
        psycopg.connect(shared_database.conninfo, autocommit=True) as quick,
        reading(api_address, run_id) as reader,
    ):
        eventually(lambda: reader.events)
        slow.execute(statement, (run_id, "planning"))
        later = threading.Thread(target=quick.execute, args=(statement, (run_id, "coding")))
        later.start()
        waiting = "SELECT FROM pg_stat_activity WHERE pid = %(pid)s AND wait_event_type = 'Lock'"
        eventually(lambda: ask(shared_database, waiting, pid=quick.info.backend_pid))
        slow.commit()
        later.join()
        eventually(lambda: len(reader.events) == 3)
    assert reader.stages == ["queued", "planning", "coding"]
    assert reader.ids == sorted(reader.ids) == written(shared_database, run_id)


def test_events_of_other_runs_wait_for_nobody(shared_database: Database, run_id: UUID) -> None:
    other = submit(shared_database, "Something else", builder="quick").task_id
    with psycopg.connect(shared_database.conninfo) as slow:
        slow.execute(
            "INSERT INTO run_events (run_id, kind, stage) VALUES (%s, 'stage', 'coding')", (run_id,)
        )
        tell_event(shared_database, other)
    assert len(written(shared_database, other)) == 2


def test_many_writers_and_readers_that_come_and_go_miss_nothing(
    api_address: str, shared_database: Database, run_id: UUID
) -> None:
    statement = "INSERT INTO run_events (run_id, kind, stage) VALUES (%s, 'stage', 'coding')"

    def write() -> None:
        with psycopg.connect(shared_database.conninfo, autocommit=True) as connection:
            for _ in range(40):
                connection.execute(statement, (run_id,))

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    seen: list[int] = []
    while len(seen) < 161:
        with reading(api_address, run_id, header=str(seen[-1] if seen else 0)) as reader:
            eventually(lambda: reader.events)
        seen += reader.ids
    for writer in writers:
        writer.join()
    assert seen == written(shared_database, run_id)


# Notifications.


def test_nobody_is_notified_of_a_run_that_nobody_follows(
    shared_database: Database, run_id: UUID
) -> None:
    with psycopg.connect(shared_database.conninfo, autocommit=True) as connection:
        connection.execute("LISTEN run_events")
        tell_event(shared_database, run_id)
        assert list(connection.notifies(timeout=0.3)) == []
        connection.execute("SELECT pg_advisory_lock_shared(1952, hashtext(%s))", (str(run_id),))
        tell_event(shared_database, run_id)
        [notified] = connection.notifies(timeout=60, stop_after=1)
    assert notified.payload == f"{run_id} {written(shared_database, run_id)[-1]}"


def test_all_readers_share_one_listening_connection_and_it_goes_with_the_last(
    api_address: str, shared_database: Database, run_id: UUID
) -> None:
    with contextlib.ExitStack() as stack:
        readers = [stack.enter_context(reading(api_address, run_id)) for _ in range(20)]
        eventually(lambda: all(reader.events for reader in readers))
        [listener] = eventually(lambda: listeners(shared_database))
        tell_event(shared_database, run_id)
        eventually(lambda: all(len(reader.events) == 2 for reader in readers))
        assert listeners(shared_database) == [listener]
    gone = "SELECT FROM pg_stat_activity WHERE pid = %(pid)s"
    eventually(lambda: not ask(shared_database, gone, pid=listener))


def test_while_nothing_happens_nothing_is_asked(
    api_address: str, shared_database: Database, run_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.1)
    monkeypatch.setattr(feed, "RECHECK_SECONDS", 600)
    asked: list[str] = []
    engine = services().database.engine

    def note(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    with contextlib.ExitStack() as stack:
        answers = [
            stack.enter_context(
                httpx.stream("GET", f"{api_address}/api/tasks/{run_id}/events", timeout=60)
            )
            for _ in range(10)
        ]
        streams = [answer.iter_lines() for answer in answers]
        beats(streams, 3)  # all have been woken once after the run was locked
        [before] = ask(shared_database, LISTENING)
        sqlalchemy_event.listen(engine, "before_cursor_execute", note)
        beats(streams, 10)
        sqlalchemy_event.remove(engine, "before_cursor_execute", note)
        [after] = ask(shared_database, LISTENING)
    assert asked == []
    assert after == before


def beats(streams: list[Iterator[str]], number: int) -> None:
    """Read so many heartbeats from each stream."""
    for stream in streams:
        for _ in range(number):
            while not next(stream).startswith(":"):
                pass


def test_a_cut_listening_connection_is_made_again(
    api_address: str, shared_database: Database, run_id: UUID
) -> None:
    with reading(api_address, run_id) as reader:
        for number in range(2, 5):
            [listener] = eventually(lambda: listeners(shared_database))
            tell(shared_database, "SELECT pg_terminate_backend(%(pid)s)", pid=listener)
            tell_event(shared_database, run_id)
            eventually(lambda: len(reader.events) == number)  # noqa: B023  asked at once
    assert reader.ids == written(shared_database, run_id)


def test_a_notification_that_never_comes_hangs_nobody(
    api_address: str, shared_database: Database, run_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "RECHECK_SECONDS", 0.2)
    with reading(api_address, run_id) as reader:
        eventually(lambda: reader.events and listeners(shared_database))
        with psycopg.connect(shared_database.conninfo, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")  # without triggers
            connection.execute(
                "INSERT INTO run_events (run_id, kind, stage) VALUES (%s, 'stage', 'coding')",
                (run_id,),
            )
        eventually(lambda: len(reader.events) == 2)


def test_a_writer_that_hangs_keeps_nobody_from_following_other_runs(
    api_address: str, shared_database: Database, run_id: UUID
) -> None:
    other = submit(shared_database, "Something else", builder="quick").task_id
    with psycopg.connect(shared_database.conninfo) as hanging:
        hanging.execute(
            "INSERT INTO run_events (run_id, kind, stage) VALUES (%s, 'stage', 'coding')", (run_id,)
        )
        with reading(api_address, run_id) as stuck, reading(api_address, other) as reader:
            tell_event(shared_database, other)
            eventually(lambda: len(reader.events) == 2)
            assert stuck.stages == ["queued"]
            hanging.commit()
            eventually(lambda: stuck.stages == ["queued", "coding"])


# Bounds.


@pytest.fixture
def narrow(shared_database: Database) -> Iterator[str]:
    """Address of a server that keeps two streams open at most."""
    settings = Settings(
        _env_file=None,
        DATABASE_URL=shared_database.conninfo,
        TOGGLE_BUILDER="tests.builders:Quick",
        TOGGLE_MAX_STREAMS="2",
    )
    with serving(settings) as address:
        yield address


def test_one_stream_too_many_is_refused_until_another_is_left(narrow: str, run_id: UUID) -> None:
    url = f"{narrow}/api/tasks/{run_id}/events"
    with reading(narrow, run_id), reading(narrow, run_id):
        refusal = httpx.get(url, timeout=60)
        assert refusal.status_code == 429
        assert int(refusal.headers["retry-after"]) > 0
        assert "Too many event streams" in refusal.json()["detail"]

    def there_is_room() -> bool:
        with httpx.stream("GET", url, timeout=60) as answer:
            return answer.status_code == 200

    eventually(there_is_room)


def test_refused_requests_take_no_place(narrow: str, run_id: UUID) -> None:
    for _ in range(5):
        assert httpx.get(f"{narrow}/api/tasks/{uuid4()}/events", timeout=60).status_code == 404
    with reading(narrow, run_id) as reader:
        eventually(lambda: reader.events)


def test_who_does_not_read_stops_neither_others_nor_fills_the_memory(
    api_address: str, shared_database: Database, run_id: UUID
) -> None:
    tell(
        shared_database,
        "INSERT INTO run_events (run_id, kind, stage, detail)"
        " SELECT %(run)s, 'text', 'coding', jsonb_build_object('text', repeat('x', 4000))"
        " FROM generate_series(1, 3000)",
        run=run_id,
    )
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if "run_events" in statement:
            asked.append(statement)

    parts = urlsplit(api_address)
    engine = services().database.engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", note)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as idle:
        request = f"GET /api/tasks/{run_id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
        idle.sendall(request.encode())
        eventually(lambda: asked)
        with reading(api_address, run_id) as reader:
            eventually(lambda: len(reader.events) == 3_001)
            pages_of_both = len(asked)
            tell_event(shared_database, run_id)
            eventually(lambda: len(reader.events) == 3_002)
    sqlalchemy_event.remove(engine, "before_cursor_execute", note)
    one_whole_reading = 31 + 2
    assert pages_of_both < 2 * one_whole_reading - 5


# Refusals.


def test_an_unknown_run_is_a_problem(api: httpx.Client) -> None:
    answer = api.get(f"/tasks/{uuid4()}/events")
    assert answer.status_code == 404
    assert answer.json() == {"detail": "There is no run with this id.", "field": None}


@pytest.mark.parametrize("known", ["abc", "-1", "1.5", str(2**63)])
def test_what_is_no_id_of_an_event_is_refused(api: httpx.Client, run_id: UUID, known: str) -> None:
    by_header = api.get(f"/tasks/{run_id}/events", headers={"Last-Event-ID": known})
    by_parameter = api.get(f"/tasks/{run_id}/events", params={"last_event_id": known})
    assert (by_header.status_code, by_parameter.status_code) == (422, 422)


def test_a_run_that_is_executed_at_once_is_followed_by_the_quick(
    api_address: str, shared_database: Database, run_id: UUID
) -> None:
    with executors(shared_database) as new_executor, reading(api_address, run_id) as reader:
        new_executor(Quick(), "one").execute(run_id)
        assert reader.ended.wait(120)
    assert reader.ids == written(shared_database, run_id)
