"""Whole runs with a chat model: plan, code and tokens, an answer that grows, a failure in words."""

import json
import threading
from dataclasses import replace

from tests.integration.chat import replies
from tests.integration.chat.answers import FILES, PLAN, PLAN_TEXT, PROJECT
from tests.integration.chat.server import Connection, Reply, ScriptedServer
from tests.integration.endings import finished
from tests.integration.sql import ask
from tests.polling import eventually
from tests.worker_thread import WorkerThread
from toggle_core.builders.chat.builder import ChatBuilder
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.history.reads import get_run, list_events
from toggle_core.runs.control import cancel
from toggle_core.runs.partial_output import TAIL, get_partial_output
from toggle_core.runs.submission import submit
from toggle_core.store.database import Database
from toggle_core.words import Stage, Status


def held(parts: list[str], go: threading.Event) -> Reply:
    """A streamed answer whose last part comes only once it is let go."""

    def reply(connection: Connection) -> None:
        connection.head(200, "text/event-stream")
        for part in parts[:-1]:
            connection.write(replies.event_of(part))
            go.wait(0.3)
        while not go.wait(0.2):
            connection.write(replies.event_of(" "))
        connection.write(replies.event_of(parts[-1]))
        connection.write(b"data: [DONE]\n\n")

    return reply


def test_a_run_with_a_model_keeps_plan_code_and_tokens(
    database: Database, worker: WorkerThread, server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed(PLAN), replies.streamed(PROJECT))
    worker.start(builder)
    run_id = submit(database, "Greet me", builder=builder.name).task_id
    run = eventually(lambda: finished(database, run_id))
    assert run.status is Status.COMPLETED
    assert run.plan == PLAN_TEXT
    assert dict(run.files) == FILES
    assert run.builder == "openai:scripted"
    assert run.tokens_in == 2 * replies.USAGE["prompt_tokens"]
    assert run.tokens_out == 2 * replies.USAGE["completion_tokens"]


def test_the_answer_can_be_read_while_it_grows_and_is_gone_afterwards(
    database: Database,
    worker: WorkerThread,
    server: ScriptedServer,
    settings: ChatSettings,
) -> None:
    go = threading.Event()
    goal = "A program that greets " + "very " * 2_000 + "kindly."
    plan = json.dumps({"goal": goal, "steps": ["Write it."]})
    server.script(held([plan[:-1], "}"], go), replies.streamed(PROJECT))
    builder = ChatBuilder(replace(settings, request_timeout=600))
    worker.start(builder)
    run_id = submit(database, "Greet me", builder=builder.name).task_id
    growing = eventually(lambda: get_partial_output(database, run_id))
    assert "very very" in growing
    assert "{" not in growing, "people read Markdown, not JSON"
    assert len(growing) <= TAIL
    assert all("text" not in event.detail for event in list_events(database, run_id))
    go.set()
    run = eventually(lambda: finished(database, run_id))
    assert run.status is Status.COMPLETED
    assert get_partial_output(database, run_id) is None


def test_a_cancelled_run_does_not_wait_for_a_model_that_hangs(
    database: Database, worker: WorkerThread, server: ScriptedServer, settings: ChatSettings
) -> None:
    go = threading.Event()
    server.script(held(["{", "}"], go))
    worker.start(ChatBuilder(replace(settings, request_timeout=600)))
    run_id = submit(database, "Greet me", builder="openai:scripted").task_id
    eventually(lambda: get_run(database, run_id).stage is Stage.PLANNING)
    assert cancel(database, run_id).status is Status.PROCESSING
    try:
        run = eventually(lambda: finished(database, run_id))
    finally:
        go.set()
    assert run.status is Status.CANCELLED


def test_a_run_whose_time_is_up_does_not_wait_for_a_model_that_hangs(
    database: Database, worker: WorkerThread, server: ScriptedServer, settings: ChatSettings
) -> None:
    go = threading.Event()
    server.script(held(["{", "}"], go))
    executor = worker.start(ChatBuilder(replace(settings, request_timeout=600))).executor
    assert executor is not None
    run_id = submit(database, "Greet me", builder="openai:scripted", deadline_seconds=1).task_id
    try:
        run = eventually(lambda: finished(database, run_id))
        eventually(lambda: not executor.active)
    finally:
        go.set()
    assert run.status is Status.FAILED


def test_a_wrong_key_fails_the_run_in_words_and_is_nowhere_in_the_database(
    database: Database,
    worker: WorkerThread,
    server: ScriptedServer,
    builder: ChatBuilder,
    settings: ChatSettings,
) -> None:
    (key,) = settings.secrets
    server.script(replies.error(401, f"Incorrect API key provided: {key}"))
    worker.start(builder)
    run_id = submit(database, "Greet me", builder=builder.name).task_id
    run = eventually(lambda: finished(database, run_id))
    assert run.status is Status.FAILED
    assert run.error is not None
    assert "key" in run.error
    tables = ask(database, "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    for table in tables:
        rows = ask(database, f"SELECT to_jsonb(t)::text AS row FROM {table['name']} AS t")  # noqa: S608  names of our own tables
        assert not [row for row in rows if key in row["row"]], table["name"]
