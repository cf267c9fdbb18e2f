"""One app as this process knows it: its program, its data, and who uses it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from toggle_core.apps.console import Console
from toggle_core.apps.endings import Ending
from toggle_core.apps.files import Packed
from toggle_core.apps.log import Log
from toggle_core.apps.session import AppSession

T = TypeVar("T")


@dataclass(eq=False)
class App:
    """One app, running or asleep.

    Attributes:
        label: of its host.
        run_id: whose program.
        name: for people.
        person: who woke it last, in whose limit it counts; None where the dashboard has no login.
        generation: of its data.
        session: the program; None while it sleeps.
        ending: how it ended by itself, until it is started again.
        asleep: why it was put to sleep, in a sentence; empty while it runs or where it ended.
        started: when it was started, on the monotonic clock.
        used: when it was used last, likewise.
        saved: when its data were looked at last, likewise.
        saving_seconds: how long that took.
        changed: whether it was used since then, and may have changed its data.
        connections: requests and WebSockets under way.
        too_large: whether it has more data than are kept.
        unsaved: data that the database could not take yet.
        usual: what a program in a terminal is usually called with; None: it is a web program.
        log: what the web program has printed since it was started; None before its first start.
        console: the terminal that the program runs in or ran in last; None without one.
        viewer: the connection to the page that shows the terminal; None without one.
        lock: held while the program is started or ended.
        saving: held while its data are packed and kept, so that the last are kept last.
    """

    label: str
    run_id: UUID
    person: str | None
    name: str = ""
    generation: int = 0
    session: AppSession | None = None
    ending: Ending | None = None
    asleep: str = ""
    started: float = 0.0
    used: float = field(default_factory=time.monotonic)
    saved: float = 0.0
    saving_seconds: float = 0.0
    changed: bool = False
    connections: int = 0
    too_large: bool = False
    unsaved: Packed | None = None
    usual: Sequence[str] | None = None
    log: Log | None = None
    console: Console | None = None
    viewer: object | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    saving: asyncio.Lock = field(default_factory=asyncio.Lock)
    thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="app")
    )

    def touch(self) -> None:
        """Take note that somebody uses it."""
        self.used = time.monotonic()

    async def in_thread(self, call: Callable[[], T]) -> T:
        """Call what blocks, in the one thread of this app: none holds up another."""
        return await asyncio.get_running_loop().run_in_executor(self.thread, call)
