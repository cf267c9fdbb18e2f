"""Open streams and deliveries, and the end of the process, wanted or not."""

from pathlib import Path

import httpx
import pytest

from tests.app_process import AppProcess
from tests.integration.event_reader import Reader
from tests.integration.receiver import SECRET, receiving
from tests.integration.sql import ask
from tests.polling import eventually
from toggle_core.store.database import Database


def app(database: Database, *command: str, **variables: str) -> AppProcess:
    return AppProcess(
        command or ("app.py",),
        DATABASE_URL=database.conninfo,
        TOGGLE_BUILDER="tests.builders:Gated",
        TOGGLE_WORKER_THREADS="2",
        TOGGLE_HEARTBEAT_SECONDS="0.3",
        TOGGLE_STALLED_SECONDS="2",
        TOGGLE_WEBHOOK_SECRET=SECRET,
        TOGGLE_WEBHOOK_ALLOW_PRIVATE="1",
        **variables,
    )


def submitted(api: str, **task: object) -> str:
    answer = httpx.post(f"{api}/tasks", json={"description": "Follow me"} | task, timeout=60)
    return str(answer.raise_for_status().json()["task_id"])


@pytest.mark.parametrize("command", [("app.py",), ("-m", "toggle_core", "api")])
def test_at_a_signal_open_streams_end_and_the_process_is_gone(
    database: Database, tmp_path: Path, command: tuple[str, ...]
) -> None:
    with app(database, *command, TEST_GATE=str(tmp_path)) as process:
        process.start()
        task_id = submitted(process.api)
        addresses = [process.api.removesuffix("/api")]
        if command == ("app.py",):
            addresses.append(process.dashboard)
        readers = [Reader(address, task_id).start() for address in addresses for _ in range(3)]
        eventually(lambda: all(reader.events for reader in readers))
        process.stop()
        assert all(reader.ended.wait(60) for reader in readers)
        assert not any("end" in reader.kinds for reader in readers)
        assert "Traceback" not in process.output()
        assert "Cancel" not in process.output()
        for reader in readers:
            reader.leave()


def test_a_delivery_whose_worker_is_killed_in_the_middle_is_made_again(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "go").touch()

    def hang_once(handler: object, number: int) -> None:
        if number == 1:
            receiver.release.wait(60)
        else:
            handler.send_response(204)  # type: ignore[attr-defined]  # of http.server
            handler.end_headers()  # type: ignore[attr-defined]  # of http.server

    with (
        receiving(hang_once) as receiver,
        app(database, TEST_GATE=str(tmp_path)) as first,
    ):
        first.start()
        task_id = submitted(first.api, webhook_url=receiver.url)
        eventually(lambda: receiver.got)
        first.kill()
        with app(database, TEST_GATE=str(tmp_path)) as second:
            second.start()
            eventually(lambda: len(receiver.got) == 2)
            [delivery] = eventually(
                lambda: ask(database, "SELECT * FROM webhook_deliveries WHERE state = 'delivered'")
            )
    assert receiver.got[0].id == receiver.got[1].id == str(delivery["id"])
    assert delivery["attempts"] == 2
    assert receiver.got[1].message()["data"]["task_id"] == task_id
