"""The apps of this machine: started when they are used, asleep when nobody uses them."""

import asyncio
import logging
import socket
import time
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from toggle_core.apps.app import App
from toggle_core.apps.app_data import keep, load, name_of, run_of, save
from toggle_core.apps.audit import AppEvent, record
from toggle_core.apps.console import Console, Size
from toggle_core.apps.endings import ASLEEP, STOPPED, ending_of
from toggle_core.apps.hosts import label_of
from toggle_core.apps.log import Log
from toggle_core.apps.programs import (
    is_for_terminal,
    program_of,
    terminal_program_of,
    usual_arguments,
)
from toggle_core.apps.refusal import Refusal
from toggle_core.apps.session import AppSession, Program
from toggle_core.apps.tickets import Grant
from toggle_core.errors import DatabaseAway, NothingToOpen, RunNotFound
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.history.reads import get_submitter
from toggle_core.store.database import Database

logger = logging.getLogger(__name__)

IDLE_SECONDS: Final = 600.0
SAVE_SECONDS: Final = 60.0
"""Between two looks at what an app has stored while nobody uses it."""

SAVE_SOON_SECONDS: Final = 3.0
"""The same while somebody does: a crash of the machine takes a few seconds of work at most."""

SAVE_SHARE: Final = 0.05
"""Of the time that may go into saving: its processes stand still meanwhile."""

TICK_SECONDS: Final = 2.0
FORGET_SECONDS: Final = 3600.0
"""From falling asleep until an app and how it ended are not remembered any more."""

LISTEN_SECONDS: Final = 30.0
"""From the start of a program until it is said not to listen."""

LOOK_SECONDS: Final = 0.02


class Apps:
    """All apps of this process. To be used in one event loop.

    Args:
        database: of the runs and their data.
        backend: confines the programs.
        key: of this installation.
        most: apps that run at the same time.
        most_of_person: of them, those that one person has opened.
    """

    def __init__(
        self, database: Database, backend: Backend, key: bytes, most: int, most_of_person: int
    ) -> None:
        self._database = database
        self._backend = backend
        self._key = key
        self._most = most
        self._most_of_person = most_of_person
        self._apps: dict[str, App] = {}

    def all(self) -> list[App]:
        """The apps that were opened since the start of this process."""
        return [*self._apps.values()]

    def find(self, run_id: UUID) -> App | None:
        """The app of a run, if it was opened since the start of this process."""
        return self._apps.get(label_of(run_id, self._key))

    async def wake(self, grant: Grant, *, again: bool = False) -> App:
        """Make sure that an app is running or about to.

        Args:
            grant: of a person who may use it.
            again: start it anew if it has ended by itself.

        Raises:
            Refusal: the run is gone or has no program.
            DatabaseAway: it could not be started.
        """
        app = self._app_of(grant)
        async with app.lock:
            if app.session is not None and grant.generation > app.generation:
                await self._put_to_sleep(app)
            if again or grant.generation > app.generation:
                app.ending = None
            if app.session is None:
                app.person = grant.person
            if app.session is None and app.ending is None and app.usual is None:
                await self._start(app)
            app.touch()
        return app

    async def look(self, grant: Grant) -> App:
        """An app to be looked at: it is not started.

        Args:
            grant: of a person who may use it.

        Raises:
            Refusal: the run is gone, or its program is for a terminal.
            DatabaseAway: the run could not be looked up.
        """
        app = self._app_of(grant)
        if not app.name:
            run = await asyncio.to_thread(run_of, self._database, app.run_id)
            app.name = name_of(run)
            if is_for_terminal(run):
                app.usual = usual_arguments(run)
        return app

    def _app_of(self, grant: Grant) -> App:
        label = label_of(grant.run_id, self._key)
        return self._apps.setdefault(label, App(label, grant.run_id, grant.person))

    async def read_log(self, app: App) -> None:
        """Take note of what an app's web program has printed, and of its end.

        Args:
            app: running or not.
        """
        session, log = app.session, app.log
        if session is None or log is None:
            return
        if not session.is_running:
            await self.harvest(app)
        elif printed := await app.in_thread(session.output):
            log.take(*printed)

    async def run_in_terminal(self, app: App, arguments: Sequence[str], size: Size) -> Console:
        """Run a command-line program, in place of the one that may still be running.

        Args:
            app: whose program.
            arguments: of the program.
            size: of the terminal.

        Raises:
            Refusal: the run is gone.
            DatabaseAway: it could not be started.
        """
        async with app.lock:
            await self._put_to_sleep(app)
            app.ending = None
            run, archive = await load(self._database, app)
            await self._make_room(app)
            if app.console is not None:
                app.console.close()
            app.console = console = Console(size)
            self._begin(app, terminal_program_of(run, archive, arguments, console.theirs))
            return console

    async def connect(self, app: App) -> socket.socket | None:
        """A connection to an app's program; None while it does not listen, or has ended.

        Raises:
            Refusal: the run is gone.
            DatabaseAway: it fell asleep meanwhile, and could not be started again.
        """
        session = app.session
        if session is None:
            async with app.lock:
                if app.session is None and app.ending is None:
                    await self._start(app)
            return None
        connected = await app.in_thread(session.connect)
        if connected is None and not session.is_running:
            await self.harvest(app)
        return connected

    async def sleep(self, app: App, why: AppEvent, person: str | None = None) -> None:
        """End an app's program, and keep what it has stored.

        Args:
            app: running or not.
            why: one of ``STOPPED``.
            person: who wanted it; None where nobody did.
        """
        async with app.lock:
            if app.session is None:
                return
            if app.console is not None:
                app.console.ended = STOPPED[why]
            await self._put_to_sleep(app)
            app.asleep = ASLEEP[why]
            record(why, app.run_id, person)

    async def tick(self) -> None:
        """Look at every app: whether it has ended, may sleep, or has something to be kept."""
        for app in self.all():
            try:
                await self._look(app, time.monotonic())
            except Exception:  # one app must not keep the others from being looked at
                logger.exception("the app of run %s could not be looked at", app.run_id)

    async def _look(self, app: App, now: float) -> None:
        if app.unsaved is not None:
            await self._keep_unsaved(app)
        if app.session is None:
            self._forget(app, now)
        elif not app.session.is_running:
            await self.harvest(app)
        elif now - app.used > IDLE_SECONDS and not app.too_large:
            await self.sleep(app, AppEvent.IDLE)
        elif now - app.saved > _pause(app):
            await self._save(app)
            if await self._is_deleted(app):
                await self.sleep(app, AppEvent.STOPPED)
        else:
            await self.read_log(app)

    def _forget(self, app: App, now: float) -> None:
        """Forget an app that has been asleep for a while, and let its thread go."""
        is_left = app.unsaved is None and not app.connections and not app.lock.locked()
        if is_left and now - app.used > IDLE_SECONDS + FORGET_SECONDS:
            self._let_go(app)
            del self._apps[app.label]

    def _let_go(self, app: App) -> None:
        app.thread.shutdown(wait=False)
        if app.console is not None:
            app.console.close()

    async def stop(self) -> None:
        """Let every app sleep."""
        closed = (self.sleep(app, AppEvent.CLOSED) for app in self._apps.values())
        await asyncio.gather(*closed)
        for app in self._apps.values():
            self._let_go(app)

    async def _start(self, app: App) -> None:
        """Start a web program; one for a terminal waits for its arguments."""
        run, archive = await load(self._database, app)
        if is_for_terminal(run):
            app.usual = usual_arguments(run)
            return
        try:
            program = program_of(run, archive)
        except NothingToOpen as error:
            raise Refusal(404, str(error)) from None
        await self._make_room(app)
        app.log = Log()
        self._begin(app, program)

    def _begin(self, app: App, program: Program) -> None:
        app.session = AppSession(self._backend, program)
        app.asleep = ""
        app.started = app.saved = time.monotonic()
        app.touch()
        record(AppEvent.STARTED, app.run_id, app.person)

    async def _make_room(self, wanted: App) -> None:
        """Let those apps sleep that were idle for the longest time, until there is room."""
        while victim := self._one_too_many(wanted):
            await self.sleep(victim, AppEvent.CROWDED)

    def _one_too_many(self, wanted: App) -> App | None:
        awake = sorted(self._awake(), key=lambda each: (each.connections > 0, each.used))
        own = [each for each in awake if each.person == wanted.person]
        if wanted.person is not None and len(own) >= self._most_of_person:
            return own[0]
        return awake[0] if len(awake) >= self._most else None

    def _awake(self) -> Iterator[App]:
        return (app for app in self.all() if app.session is not None)

    @property
    def running(self) -> int:
        """How many programs are running. May be asked from any thread."""
        return sum(1 for _ in self._awake())

    async def harvest(self, app: App) -> None:
        """Take note of a program that has ended by itself."""
        async with app.lock:
            session = app.session
            if session is not None and not session.is_running:
                await self._put_to_sleep(app)
                if session.finished is not None:
                    app.ending = ending_of(
                        session.finished,
                        app.log.text if app.log else "",
                        in_terminal=app.usual is not None,
                    )
                    if app.console is not None:
                        app.console.ended = app.ending.sentence
                    record(AppEvent.ENDED, app.run_id, detail=app.ending.sentence)

    async def _put_to_sleep(self, app: App) -> None:
        session = app.session
        if session is None:
            return
        try:
            async with app.saving:
                await save(self._database, app, session.end)
            if app.log is not None and (printed := session.output()):
                app.log.take(*printed)
        finally:
            app.session = None

    async def _save(self, app: App) -> None:
        async with app.saving:
            session = app.session
            if session is not None:
                began, app.changed = time.monotonic(), False
                await save(self._database, app, session.save)
                app.saved = time.monotonic()
                app.saving_seconds = app.saved - began

    async def _keep_unsaved(self, app: App) -> None:
        async with app.saving:
            if app.unsaved is not None:
                await keep(self._database, app, app.unsaved)

    async def _is_deleted(self, app: App) -> bool:
        try:
            await asyncio.to_thread(get_submitter, self._database, app.run_id)
        except RunNotFound:
            return True
        except DatabaseAway:
            return False
        return False


def _pause(app: App) -> float:
    """Seconds between two looks at what an app has stored."""
    if app.changed or app.connections:
        return max(SAVE_SOON_SECONDS, app.saving_seconds / SAVE_SHARE)
    return SAVE_SECONDS
