"""Serves apps beside the dashboard: a thread with an event loop and a port of its own."""

import asyncio
import contextlib
import logging
import socket
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

from toggle_core.apps import servers, stored
from toggle_core.apps.app import App
from toggle_core.apps.audit import AppEvent
from toggle_core.apps.hosts import Hosts, hosts_of
from toggle_core.apps.peer import PIECE_BYTES
from toggle_core.apps.proxy import Proxy
from toggle_core.apps.remote import RemoteApps
from toggle_core.apps.running import TICK_SECONDS, Apps
from toggle_core.apps.state import AppState, state_of
from toggle_core.errors import AppsElsewhere, DatabaseAway, ToggleError
from toggle_core.gates.sandbox.backend import Backend
from toggle_core.gates.sandbox.state import SandboxOptions, available
from toggle_core.locations import CONFIG_FOLDER
from toggle_core.serving import bind
from toggle_core.settings import Settings
from toggle_core.store.database import Database

logger = logging.getLogger(__name__)

T = TypeVar("T")
Service = TypeVar("Service", "AppService", "RemoteApps")

CALL_SECONDS: Final = 30.0
BEGIN_SECONDS: Final = 120.0
STOP_SECONDS: Final = 25.0
NO_SERVERS: Final = "this machine's sandbox runs no servers; install bubblewrap"


@dataclass
class AppService:
    """The apps of this process, to be called from any thread.

    Attributes:
        hosts: names of apps.
        key: of this installation.
        reason: why none can be opened here, in a sentence; empty where they can.
        name: among the servers in the database; empty: other processes do not know of it.
    """

    hosts: Hosts
    key: bytes
    reason: str = ""
    name: str = ""
    _apps: Apps | None = None
    _loop: asyncio.AbstractEventLoop | None = None
    _stopping: asyncio.Event | None = None
    _ready: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _beginning: threading.Thread | None = None

    def state_of(self, run_id: UUID) -> AppState:
        """Whether the app of a run is running, and how it ended if it did."""
        return state_of(self._find(run_id))

    @property
    def running(self) -> int:
        """How many programs are running."""
        return 0 if self._apps is None else self._apps.running

    def stop_app(self, run_id: UUID, person: str | None = None) -> None:
        """Let the app of a run sleep now; what it has stored is kept.

        Args:
            run_id: whose app.
            person: who wants it; None where nobody is asked who they are.
        """
        app = self._find(run_id)
        if app is not None and self._apps is not None:
            self._call(self._apps.sleep(app, AppEvent.STOPPED, person))

    def begin(self, database: Database, settings: Settings) -> None:
        """Look for a sandbox and serve, in a thread: a start of the product does not wait for it.

        Args:
            database: of the runs.
            settings: of the process.
        """
        self._beginning = threading.Thread(
            target=self._begin, args=(database, settings), name="apps-begin", daemon=True
        )
        self._beginning.start()

    def wait(self, seconds: float = CALL_SECONDS) -> None:
        """Wait until it is known whether apps can be opened here."""
        if self._beginning is not None:
            self._beginning.join(seconds)

    def _begin(self, database: Database, settings: Settings) -> None:
        hidden: tuple[Path, ...] = (CONFIG_FOLDER, settings.embedded_folder)
        state = available(SandboxOptions(hidden=hidden))
        if state.backend is None:
            self.reason = state.how_to_get
        elif not state.backend.servers:
            self.reason = NO_SERVERS
        else:
            try:
                self._start(database, state.backend, settings)
            except ToggleError as error:
                self.reason = str(error)
        if self.reason:
            logger.warning("Apps cannot be opened here: %s", self.reason)

    def _start(self, database: Database, backend: Backend, settings: Settings) -> None:
        """Serve on the port of the settings, in a thread of its own.

        Raises:
            PortTaken: another program listens there.
            SettingRefused: this machine does not give us the port.
        """
        listener = bind(settings.host, settings.apps_port, "TOGGLE_APPS_PORT")
        login = settings.oidc_redirect_uri
        dashboard = login.rpartition("/")[0] if login else f"http://localhost:{settings.port}"
        self._thread = threading.Thread(
            target=lambda: asyncio.run(
                self._serve(listener, database, backend, settings, f"{dashboard}/runs")
            ),
            name="apps",
            daemon=True,
        )
        self._thread.start()
        self._ready.wait(CALL_SECONDS)

    def stop(self) -> None:
        """Let all apps sleep, and close the port."""
        self.wait()
        if self._loop is not None and self._stopping is not None and self._thread is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(STOP_SECONDS)

    def _find(self, run_id: UUID) -> App | None:
        return None if self._apps is None else self._apps.find(run_id)

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        assert self._loop is not None  # noqa: S101  there are apps in it
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(CALL_SECONDS)

    async def _serve(
        self,
        listener: socket.socket,
        database: Database,
        backend: Backend,
        settings: Settings,
        dashboard: str,
    ) -> None:
        apps = Apps(database, backend, self.key, settings.max_apps, settings.max_apps_per_person)
        proxy = Proxy(apps, self.hosts, self.key, dashboard)
        self._apps, self._loop = apps, asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        server = await asyncio.start_server(proxy.serve, sock=listener, limit=PIECE_BYTES)
        self._ready.set()
        try:
            while not self._stopping.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(TICK_SECONDS):
                        await self._stopping.wait()
                await self._tick(apps, database, settings.heartbeat_file)
        finally:
            server.close()
            await apps.stop()

    async def _tick(self, apps: Apps, database: Database, heartbeat: Path | None) -> None:
        try:
            await apps.tick()
            if self.name:
                await self._announce(apps, database)
                if heartbeat is not None:
                    heartbeat.touch()
        except DatabaseAway:
            logger.warning("The data of apps cannot be kept while the database is away")
        except Exception:  # the edge of the loop: the other apps go on
            logger.exception("looking at the apps broke")

    async def _announce(self, apps: Apps, database: Database) -> None:
        """Record how the apps stand, and let those sleep that other processes want to."""
        states = {each.run_id: state_of(each) for each in apps.all()}
        wanted = await asyncio.to_thread(servers.announce, database, self.name, states)
        for run_id, person in wanted:
            app = apps.find(run_id)
            if app is not None:
                await apps.sleep(app, AppEvent.STOPPED, person)
        if wanted:
            await self._announce(apps, database)


_open: list[AppService | RemoteApps] = []


def app_service() -> AppService | RemoteApps | None:
    """The apps that this process serves or knows of; None where ``TOGGLE_APPS`` is off."""
    return _open[-1] if _open else None


@contextlib.contextmanager
def serving_apps(
    settings: Settings, database: Database
) -> Iterator[AppService | RemoteApps | None]:
    """Serve apps for the length of the block, or find them elsewhere, as the settings want it.

    A machine without a sandbox, or with a port that is taken, serves none; the sentence says so.

    Args:
        settings: of the process.
        database: of the runs.

    Raises:
        SettingRefused: the address of apps has no form we know.
    """
    if settings.apps == "off":
        yield None
        return
    hosts, key = hosts_of(settings.apps_url, settings.apps_port), stored.key_of(database)
    if settings.apps == "remote":
        with _opened(RemoteApps(hosts, key, database)) as elsewhere:
            yield elsewhere
        return
    service = AppService(hosts, key)
    service.begin(database, settings)
    with _opened(service):
        try:
            yield service
        finally:
            service.stop()


@contextlib.contextmanager
def served_apart(settings: Settings, database: Database) -> Iterator[AppService]:
    """Serve apps for the length of the block, for other processes.

    Args:
        settings: of the process.
        database: of the runs.

    Raises:
        AppsElsewhere: this machine cannot serve any.
        SettingRefused: the address of apps has no form we know.
    """
    hosts, key = hosts_of(settings.apps_url, settings.apps_port), stored.key_of(database)
    service = AppService(hosts, key, name=servers.own_name())
    service.begin(database, settings)
    service.wait(BEGIN_SECONDS)
    if service.reason:
        raise AppsElsewhere(reason=service.reason)
    try:
        with _opened(service):
            yield service
    finally:
        service.stop()
        with contextlib.suppress(DatabaseAway):
            servers.withdraw(database, service.name)


@contextlib.contextmanager
def _opened(service: Service) -> Iterator[Service]:
    _open.append(service)
    try:
        yield service
    finally:
        _open.remove(service)
