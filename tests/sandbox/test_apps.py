"""Made programs in use: good ones are served as they are, bad ones harm nobody."""

import contextlib
import logging
import select
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import psutil
import pytest
from prometheus_client import generate_latest

from tests.integration.sql import tell
from tests.integration.watched import families, value
from tests.polling import eventually
from tests.sandbox.served_apps import ECHO, Served, kept_bytes, raw, served_apps
from toggle_core.apps import running, session, stored
from toggle_core.apps.opening import open_app, start_fresh
from toggle_core.apps.stored import archive_of, clear, copy, stored_of
from toggle_core.gates.sandbox.limits import MIB
from toggle_core.observing.opened_apps import OpenedApps
from toggle_core.store.database import Database


@pytest.fixture
def served(database: Database) -> Iterator[Served]:
    """Apps of a database of their own."""
    with served_apps(database) as apps:
        yield apps


def test_data_survive_sleep_and_restart_until_the_app_starts_fresh(database: Database) -> None:
    with served_apps(database) as served:
        run_id = served.new_run(ECHO)
        browser = served.open(run_id)
        assert browser.post("/", content="milk").status_code == 201
        served.service.stop_app(run_id)
        assert not served.service.state_of(run_id).running
        assert browser.get("/kept").text == "milk", "it wakes at the next request"
        browser.post("/", content="milk, bread")
    with served_apps(database) as served:
        again = served.open(run_id)
        assert again.get("/kept").text == "milk, bread"
        later = served.new_run(ECHO)
        assert copy(database, run_id, later)
        assert served.open(later).get("/kept").text == "milk, bread"
        clear(database, run_id)
        assert kept_bytes(database, run_id) == 0
        assert served.open(run_id).get("/kept").text == "nothing"
        served.service.stop_app(later)
        assert stored_of(database, later).files == 1


def test_code_is_never_restored_from_what_was_stored(served: Served) -> None:
    changing = ECHO.replace(
        'self.answer("kept", 201)',
        'open("main.py", "w").write("raise 1"); self.answer("kept", 201)',
    )
    run_id = served.new_run(changing)
    browser = served.open(run_id)
    browser.post("/", content="x")
    served.service.stop_app(run_id)
    assert browser.get("/kept").text == "x"


def test_nobody_gets_in_without_a_ticket_that_is_new(served: Served) -> None:
    first, second = served.new_run(ECHO), served.new_run(ECHO)
    browser = served.open(first)
    other = served.open(second).headers["Host"]

    def status(target: str, **headers: str) -> int:
        return httpx.get(
            f"http://127.0.0.1:{served.port}{target}", headers=headers, timeout=60
        ).status_code

    host = browser.headers["Host"]
    assert status("/", Host=host) == 403
    assert status("/", Host=f"localhost:{served.port}") == 421
    cookie = browser.headers["Cookie"]
    assert status("/", Host=other, Cookie=cookie) == 403
    address = httpx.URL(open_app(served.database, first, None).address)
    ticket = address.raw_path.decode()
    assert status(ticket, Host=other) == 403, "of another app"
    assert status(ticket, Host=host) == 303
    assert status(ticket, Host=host) == 403, "used before"
    assert browser.get(ticket).status_code == 303, "an old link leads those in who are in"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
        {"Origin": "http://localhost:3030"},
        {"Origin": "null", "Upgrade": "websocket", "Connection": "Upgrade"},
    ],
)
def test_pages_of_other_hosts_cannot_use_an_app(served: Served, headers: dict[str, str]) -> None:
    browser = served.open(served.new_run(ECHO))
    assert browser.get("/", headers=headers).status_code == 403


def test_app_in_a_frame_is_shown_on_pages_of_the_dashboard_alone(served: Served) -> None:
    dashboard, run_id = "http://localhost:3030", served.new_run(ECHO)
    alone = served.open(run_id)
    assert "frame-ancestors 'self';" in alone.get("/").headers["Content-Security-Policy"]
    loading = {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "iframe",
        "Host": alone.headers["Host"],
    }
    with httpx.Client(
        base_url=f"http://127.0.0.1:{served.port}", headers=loading, timeout=60
    ) as framed:
        address = httpx.URL(open_app(served.database, run_id, None, dashboard).address)
        [cookie] = framed.get(address.raw_path.decode()).headers.get_list("set-cookie")
        assert cookie.endswith("; HttpOnly; Secure; SameSite=None; Partitioned")
        framed.headers["Cookie"] = cookie.partition(";")[0]
        shown = framed.get("/", timeout=120)
        assert shown.status_code == 200
        assert f"frame-ancestors 'self' {dashboard};" in shown.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in shown.headers
        assert framed.get("/kept").status_code == 403, "only the first page is loaded from outside"
        framed.headers["Cookie"] = alone.headers["Cookie"]
        assert framed.get("/").status_code == 403, "a tab's pass opens no frame"


def test_program_gets_what_the_browser_sent_without_what_is_ours(served: Served) -> None:
    browser = served.open(served.new_run(ECHO))
    cookie = f"{browser.headers['Cookie']}; theme=dark"
    sent = browser.get("/headers", headers={"Cookie": cookie, "X-Key": "ptk_0"}).text
    assert "cookie: theme=dark" in sent
    assert "toggle_app" not in sent
    assert "ptk_" not in sent
    assert f"host: {browser.headers['Host']}" in sent


OK = 'connection.sendall(b"HTTP/1.1 200 OK\\r\\n'
NOTHING = 'Content-Length: 0\\r\\n\\r\\n"); connection.close()'
HINT = "HTTP/1.1 103 Early Hints\\r\\nlink: <http://localhost:3030>; rel=preconnect\\r\\n\\r\\n"
MANY = '" + b"".join(b"x-%d: y\\r\\n" % n for n in range(10000)) + b"'
BAD = {
    "does not begin with HTTP": ('connection.sendall(b"garbage\\r\\n\\r\\n")', 502),
    "ends before an answer": ("connection.close()", 502),
    "10,000 headers": (f"{OK}{MANY}{NOTHING}", 502),
    "a header with a line feed": (f"{OK}x: a\\nset-cookie: toggle_app=b\\r\\n{NOTHING}", 200),
    "early hints": (f"{OK.replace('HTTP/1.1 200', f'{HINT}HTTP/1.1 200')}{NOTHING}", 200),
}


def test_bad_answers_become_a_sentence_and_the_app_goes_on(served: Served) -> None:
    for name, (statements, status) in BAD.items():
        browser = served.open(served.new_run(raw(statements)))
        for _ in range(2):
            answer = browser.get("/")
            assert answer.status_code == status, name
            assert answer.headers["content-security-policy"], name
            assert "toggle_app" not in answer.headers.get("set-cookie", ""), name


def test_answer_without_end_takes_no_memory_behind_readers_who_stopped(served: Served) -> None:
    endless = raw(
        'connection.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\n")\n'
        '    for _ in range(5 * 1024 * 16): connection.sendall(b"x" * 65536)'
    )
    browser = served.open(served.new_run(endless))
    before = psutil.Process().memory_info().rss
    with contextlib.ExitStack() as stopped, browser.stream("GET", "/") as answer:
        for _ in range(20):
            stopped.enter_context(browser.stream("GET", "/"))
        read = 0
        for piece in answer.iter_raw():
            read += len(piece)
            if read > 100 * MIB:
                break
        assert psutil.Process().memory_info().rss - before < 32 * MIB


FORKS = """
import os, time
for _ in range(200):
    if os.fork() == 0:
        break
time.sleep(99)
"""
ENDS = {
    "ends at once": ("print('I need a key')\nraise SystemExit(3)", "exit code 3", "I need a key"),
    "crashes": ("raise RuntimeError('no luck')", "exit code 1", "no luck"),
}


@pytest.mark.parametrize("name", ENDS)
def test_program_that_ends_is_shown_with_its_own_words(served: Served, name: str) -> None:
    program, sentence, words = ENDS[name]
    run_id = served.new_run(program)
    browser = served.open(run_id)
    page = browser.get("/", headers={"Sec-Fetch-Mode": "navigate"})
    assert page.status_code == 502
    assert sentence in page.text
    assert words in page.text
    assert served.service.state_of(run_id).words
    assert browser.get("/.toggle/start").status_code == 303, "it can be started again"


def test_greedy_programs_are_stopped_and_leave_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "LIMITS", replace(session.LIMITS, processor_seconds=3))
    greedy = {
        "while True: pass": "processor",
        "kept = []\nwhile True: kept.append(bytearray(1 << 20))": "memory",
        FORKS: "processes",
        "for n in range(30000): open(str(n), 'w').close()\nimport time; time.sleep(99)": "files",
    }
    runs = {served.new_run(program): word for program, word in greedy.items()}
    with ThreadPoolExecutor(4) as pool:
        pages = pool.map(
            lambda run: served.open(run).get("/", headers={"Accept": "text/html"}).text, runs
        )
        list(pages)
    for run, word in runs.items():
        eventually(
            lambda run=run, word=word: (
                word in served.service.state_of(run).sentence
                or "exit code" in served.service.state_of(run).sentence
            ),
        )


def test_program_that_listens_late_or_elsewhere_is_reached(served: Served) -> None:
    late = "import time; time.sleep(1.5)\n" + ECHO
    elsewhere = ECHO.replace('int(os.environ["PORT"])', "5000")
    for program in (late, elsewhere):
        assert served.open(served.new_run(program)).get("/").text == "hello"


def test_program_that_does_not_listen_is_said_not_to(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toggle_core.apps.proxy.LISTEN_SECONDS", 1.5)
    browser = served.open(served.new_run("import time; time.sleep(99)"))
    answer = browser.get("/")
    assert answer.status_code == 504
    assert "does not listen" in answer.text


def test_connections_have_a_limit_and_come_free_again(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toggle_core.apps.proxy.MOST_CONNECTIONS", 8)
    browser = served.open(served.new_run(raw("time.sleep(99)")))
    head = "".join(f"{name}: {browser.headers[name]}\r\n" for name in ("Host", "Cookie"))

    def asking() -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", served.port))
        connection.sendall(f"GET / HTTP/1.1\r\n{head}\r\n".encode())
        return connection

    with contextlib.ExitStack() as held:
        waiting = [held.enter_context(asking()) for _ in range(9)]
        [refused], _, _ = select.select(waiting, [], [], 60)
        assert b"503" in refused.recv(100), "all the others wait for the program"

    def is_free() -> bool:
        with asking() as again:
            return not select.select([again], [], [], 0.5)[0]

    eventually(is_free)


SOCKET = raw(
    'connection.sendall(b"HTTP/1.1 101 Switching\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket'
    '\\r\\nSec-WebSocket-Accept: abc\\r\\nSet-Cookie: a=b\\r\\n\\r\\nearly")\n'
    "    while data := connection.recv(100): connection.sendall(data[::-1])"
)


def test_websocket_is_passed_both_ways(served: Served) -> None:
    browser = served.open(served.new_run(SOCKET))
    upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: abc\r\n"
    head = "".join(f"{name}: {browser.headers[name]}\r\n" for name in ("Host", "Cookie"))
    with socket.create_connection(("127.0.0.1", served.port), timeout=60) as connection:
        connection.sendall(f"GET / HTTP/1.1\r\n{head}{upgrade}\r\nabc".encode())
        answer = b""
        while not answer.endswith(b"cba"):
            answer += connection.recv(4096) or pytest.fail(f"it ended after {answer!r}")
    first, _, rest = answer.partition(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 101")
    assert b"a=b" not in first
    assert rest == b"earlycba"


def test_longest_idle_app_sleeps_where_there_is_no_place_left(database: Database) -> None:
    with served_apps(database, TOGGLE_MAX_APPS=1) as served:
        first, second = served.new_run(ECHO), served.new_run(ECHO)
        browser = served.open(first)
        browser.post("/", content="kept")
        assert served.open(second).get("/").text == "hello"
        assert not served.service.state_of(first).running
        assert "another app needed its place" in served.service.state_of(first).asleep
        assert browser.get("/kept").text == "kept"
        assert not served.service.state_of(first).asleep


def test_longest_idle_app_of_the_person_sleeps_beyond_their_limit(database: Database) -> None:
    with served_apps(database, TOGGLE_MAX_APPS_PER_PERSON=2) as served:
        his, first, second, third = (served.new_run(ECHO) for _ in range(4))

        def awake() -> set[UUID]:
            return {each for each in (his, first, second, third) if is_running(each)}

        def is_running(run_id: UUID) -> bool:
            return served.service.state_of(run_id).running

        served.open(his, "bob@example.com").get("/")
        browser = served.open(first, "ada@example.com")
        browser.post("/", content="kept")
        served.open(second, "ada@example.com").get("/")
        browser.get("/")
        served.open(third, "ada@example.com").get("/")
        assert awake() == {his, first, third}, "of hers the longest idle, and not his"
        served.open(second, "bob@example.com").get("/")
        assert awake() == {his, first, second, third}, "it counts as his: he has woken it"
        assert browser.get("/kept").text == "kept"


def test_log_and_metrics_hold_who_did_what_with_an_app(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    def told(event: str) -> float:
        text = generate_latest(OpenedApps()).decode()
        return value(families(text), "toggle_app_events_total", event=event)

    events = ("opened", "started", "stopped", "cleared")
    before = [told(event) for event in events]
    run_id = served.new_run(ECHO)
    with caplog.at_level(logging.INFO, "toggle_core.apps"):
        served.open(run_id, "ada@example.com").get("/")
        assert served.service.running == 1
        start_fresh(served.database, run_id, "bob@example.com")
        assert served.service.running == 0
    assert [
        line.getMessage() for line in caplog.records if line.__dict__["run"] == str(run_id)
    ] == [
        "App opened by ada@example.com",
        "App started by ada@example.com",
        "App cleared by bob@example.com",
        "App put to sleep on request by bob@example.com",
    ]
    assert [told(event) - count for event, count in zip(events, before, strict=True)] == [1] * 4


def test_unused_app_sleeps(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "IDLE_SECONDS", 0.5)
    run_id = served.new_run(ECHO)
    served.open(run_id).post("/", content="kept")
    eventually(lambda: not served.service.state_of(run_id).running)
    assert kept_bytes(served.database, run_id)


def test_what_was_entered_is_kept_while_the_app_is_in_use(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SAVE_SECONDS", 3600.0)
    run_id = served.new_run(ECHO)
    browser = served.open(run_id)
    for text in ("first", "second, and longer"):
        before = archive_of(served.database, run_id)
        browser.post("/", content=text)
        eventually(lambda before=before: archive_of(served.database, run_id) != before)


def test_last_data_of_an_app_stay_where_an_earlier_save_is_late(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, is_saving, may_end = stored.keep, threading.Event(), threading.Event()

    def keep_late(*arguments: Any) -> bool:
        if not is_saving.is_set():
            is_saving.set()
            may_end.wait(120)
        return keep(*arguments)

    monkeypatch.setattr(stored, "keep", keep_late)
    run_id = served.new_run(ECHO)
    browser = served.open(run_id)
    browser.post("/", content="old")
    assert is_saving.wait(120)
    browser.post("/", content="new")
    stopping = threading.Thread(target=served.service.stop_app, args=(run_id,))
    stopping.start()
    stopping.join(3)  # it has to wait for the save
    may_end.set()
    stopping.join()
    assert browser.get("/kept").text == "new"


MAPPED = ECHO.replace(
    "KEPT.write_text(body.decode())",
    """
        if not KEPT.exists(): KEPT.write_bytes(bytes(64))
        with KEPT.open("r+b") as file, mmap.mmap(file.fileno(), 64) as mapped:
            mapped[:64] = body.ljust(64, b".")
            mapped.flush()""".strip(),
).replace("import http.server", "import mmap, http.server")


def test_data_written_through_memory_are_kept_when_the_app_sleeps(served: Served) -> None:
    run_id = served.new_run(MAPPED)
    browser = served.open(run_id)
    for text in ("milk", "bread"):
        browser.post("/", content=text)
        served.service.stop_app(run_id)
        assert browser.get("/kept").text.rstrip(".") == text


def test_app_of_a_deleted_run_is_stopped(served: Served) -> None:
    run_id = served.new_run(ECHO)
    served.open(run_id).post("/", content="kept")
    tell(served.database, "DELETE FROM runs WHERE id = %(run)s", run=run_id)
    eventually(lambda: served.service.running == 0)


def test_query_with_many_fields_is_refused_like_any_other(served: Served) -> None:
    browser = served.open(served.new_run(ECHO))
    del browser.headers["Cookie"]
    answer = browser.get("/.toggle/open", params={str(each): "1" for each in range(20)})
    assert answer.status_code == 403


def test_request_with_two_lengths_is_refused(served: Served) -> None:
    browser = served.open(served.new_run(ECHO))
    lengths = {"Content-Length": "4", "Transfer-Encoding": "chunked"}
    answer = browser.post("/", content=b"0\r\n\r\n", headers=lengths)
    assert answer.status_code == 400


def test_too_much_data_is_said_and_what_was_kept_stays(served: Served) -> None:
    run_id = served.new_run(
        ECHO.replace("KEPT.write_text(body.decode())", "KEPT.write_bytes(os.urandom(int(body)))")
    )
    browser = served.open(run_id)
    browser.post("/", content="1000")
    eventually(lambda: kept_bytes(served.database, run_id) > 0)
    before = kept_bytes(served.database, run_id)
    browser.post("/", content=str(20 << 20))
    eventually(lambda: stored_of(served.database, run_id).too_large)
    assert kept_bytes(served.database, run_id) == before
