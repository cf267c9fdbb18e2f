"""Command-line programs in a terminal: typing, colours, keys, size, and output without end."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.polling import eventually
from tests.sandbox.screen_pages import SECONDS, connected, shown
from tests.sandbox.served_apps import Served, kept_bytes, served_apps
from toggle_core.apps import page_socket, running
from toggle_core.apps.console import Console, Size
from toggle_core.apps.session import AppSession, Program
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.sandbox.limits import MIB
from toggle_core.store.database import Database


@dataclass
class Played:
    """A program in a terminal, and what was read of it so far."""

    console: Console
    session: AppSession
    seen: bytearray = field(default_factory=bytearray)

    async def until(self, text: str) -> str:
        """Read until a text was printed; return all that was read since the last time."""
        async with asyncio.timeout(SECONDS):
            while text.encode() not in self.seen:
                piece = await self.console.read()
                assert piece, f"it ended after {bytes(self.seen)!r}"
                self.seen += piece
        whole = self.seen.decode()
        self.seen.clear()
        return whole

    async def end(self) -> int:
        """Read to the end, and return the exit code."""
        async with asyncio.timeout(SECONDS):
            while piece := await self.console.read():
                self.seen += piece
            while self.session.is_running:
                await asyncio.sleep(0.01)
        assert self.session.finished is not None
        assert self.session.finished.report is not None, self.session.finished
        return int(self.session.finished.report["exit_code"])


def in_a_loop(playing: Coroutine[Any, Any, None]) -> None:
    """Run a game in a thread: the loop of a browser's tests may be running in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, playing).result()


@asynccontextmanager
async def played(backend: Backend, program: str, *arguments: str) -> AsyncIterator[Played]:
    """A program in a terminal, ended with the block."""
    console = Console(Size(100, 30))
    command = ["main.py", *arguments]
    session = AppSession(backend, Program({"main.py": program}, command, terminal=console.theirs))
    try:
        yield Played(console, session)
    finally:
        await asyncio.to_thread(session.end)
        console.close()


CURIOUS = r"""
import os, signal, sys, time
print("\033[31mred\033[0m", sys.argv[1:], os.get_terminal_size(), os.isatty(0), os.environ["TERM"])
signal.signal(signal.SIGWINCH, lambda *_: print("now", os.get_terminal_size().columns))
try:
    print("got", input("Name? "))
    while True:
        time.sleep(0.05)  # a key between the prompt of input() and its reading would wait for more
except KeyboardInterrupt:
    print("interrupted")
try:
    input("Again? ")
except EOFError:
    sys.exit(7)
"""


def test_program_gets_keys_size_and_arguments_like_in_any_terminal(sandbox: Backend) -> None:
    async def play() -> None:
        async with played(sandbox, CURIOUS, "two words", "$HOME") as game:
            begun = await game.until("Name? ")
            assert "\033[31mred\033[0m ['two words', '$HOME']" in begun
            assert "columns=100, lines=30" in begun
            assert "True xterm-256color" in begun
            game.console.type("Zoë\r".encode())
            await game.until("got Zoë")
            game.console.resize(Size(66, 20))
            await game.until("now 66")
            game.console.type(b"\x03")
            await game.until("interrupted")
            game.console.type(b"\x04")
            assert await game.end() == 7

    in_a_loop(play())


def test_output_without_end_waits_for_its_reader_and_can_be_interrupted(sandbox: Backend) -> None:
    async def play() -> None:
        endless = "import os\nwhile True: os.write(1, b'x' * 4000 + b'\\r\\n')"
        async with played(sandbox, endless) as flood:
            before = psutil.Process().memory_info().rss
            read = 0
            async with asyncio.timeout(SECONDS):
                while read < 30 * MIB:
                    read += len(await flood.console.read())
            assert psutil.Process().memory_info().rss - before < 8 * MIB
            assert len(flood.console.kept) <= 64 * 1024
            flood.console.type(b"\x03")
            assert await flood.end() == 130
            assert len(flood.seen) < MIB, "hardly anything comes after the key"

    in_a_loop(play())


OUTSIDE = r"""
import fcntl, os, termios
for request in (0x5412, 0x541C, 0x5423):  # TIOCSTI, TIOCLINUX, TIOCSETD
    try:
        fcntl.ioctl(0, request, b"\0" * 8)
        print("allowed", hex(request))
    except PermissionError:
        print("refused")
print(os.path.exists("/dev/pts"), os.path.exists("/dev/ptmx"))
"""


def test_terminal_gives_no_way_to_other_terminals(sandbox: Backend) -> None:
    async def play() -> None:
        async with played(sandbox, OUTSIDE) as attack:
            assert await attack.end() == 0
            assert attack.seen.decode().split() == ["refused"] * 3 + ["False", "False"]

    in_a_loop(play())


@pytest.fixture
def served(database: Database) -> Iterator[Served]:
    """Apps of a database of their own."""
    with served_apps(database) as apps:
        yield apps


def in_terminal(served: Served, program: str, *commands: list[str]) -> UUID:
    """A finished run with a command-line program."""
    return served.new_run(program, interface={"kind": "cli", "commands": commands})


def test_terminal_is_for_its_own_page_only(served: Served) -> None:
    run_id = in_terminal(served, "print(1)", [], ["add", "<TEXT>"])
    browser = served.open(run_id)
    answer = browser.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" in policy
    assert "add &#x27;&lt;TEXT&gt;&#x27;" in answer.text
    script = answer.text.partition('script type="module" src="')[2].partition('"')[0]
    assert "way.connect()" in browser.get(script).text
    for path in ("/other", "/.toggle/other", "/.toggle/terminal/xterm.mjs"):
        assert browser.get(path).status_code == 404, path
    assert browser.get("/.toggle/terminal").status_code == 403, "without an origin"
    other = served.open(in_terminal(served, "print(2)"))
    for origin in ("http://localhost:3030", f"http://{other.headers['Host']}", "null"):
        with pytest.raises(InvalidStatus, match="403"):
            connected(served, browser, origin)
    browser.headers["Cookie"] = other.headers["Cookie"]
    with pytest.raises(InvalidStatus, match="403"):
        connected(served, browser)


KEEPING = """
import pathlib, sys, time
kept = pathlib.Path("kept.txt")
kept.write_text((kept.read_text() if kept.exists() else "") + "x")
print(kept.read_text(), sys.argv[1:], input("Go? "))
while "--wait" in sys.argv:
    time.sleep(0.05)
sys.exit(len(sys.argv) - 1)
"""


def test_program_is_run_again_with_what_it_kept(served: Served) -> None:
    run_id = in_terminal(served, KEEPING)
    browser = served.open(run_id)
    with shown(served, browser) as page:
        page.until("ready")
        page.run("'unfinished")
        assert "quotation mark" in page.until("refused")["sentence"]
        page.run("'two words' $HOME --loud")
        page.until_printed("Go? ")
        with shown(served, browser) as later:
            assert "another tab" in page.until("elsewhere")["sentence"]
            with pytest.raises(ConnectionClosed):
                page.connection.recv(SECONDS)
            later.until_printed("Go? ")
            later.connection.send(b"yes\r")
            assert "exit code 3" in later.until("ended")["sentence"]
            assert "x ['two words', '$HOME', '--loud'] yes" in later.output
            assert not served.service.state_of(run_id).running
            later.run()
            later.until_printed("Go? ")
            later.run("--wait")
            later.until_printed("Go? ")
            later.connection.send(b"\r")
            later.until_printed("--wait")
            later.connection.send(b"\x03")
            assert "Ctrl-C" in later.until("ended")["sentence"]
    assert kept_bytes(served.database, run_id)
    with shown(served, browser) as again:
        assert "Ctrl-C" in again.until("ended")["sentence"], "it is still known"
        again.run()
        again.until_printed("Go? ")
        again.connection.send(b"\r")
        assert "finished" in again.until("ended")["sentence"]
        assert "xxxx []" in again.output


def test_page_that_shows_nothing_holds_back_a_flood(served: Served) -> None:
    endless = "import os\nwhile True: os.write(1, b'x' * 4000 + b'\\r\\n')"
    browser = served.open(in_terminal(served, endless))
    with shown(served, browser) as page:
        page.run()
        page.until("running")
        sent = 0
        while sent <= page_socket.AHEAD_BYTES:
            sent += len(page.connection.recv(SECONDS))
        with pytest.raises(TimeoutError):
            page.connection.recv(1)
        page.connection.send(b"\x03")
        page.tell(shown=sent)
        assert "Ctrl-C" in page.until("ended")["sentence"]
        assert len(page.output) < MIB, "hardly anything comes after the key"


def test_program_is_stopped_when_nobody_types(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "IDLE_SECONDS", 0.5)
    run_id = in_terminal(served, "input('Go? ')")
    with shown(served, served.open(run_id)) as page:
        page.run()
        assert "nobody had typed" in page.until("ended")["sentence"]
    eventually(lambda: not served.service.state_of(run_id).running)
