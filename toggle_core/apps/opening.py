"""Lets a person open the app of a run: the address with a ticket that works once."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from toggle_core.apps.audit import AppEvent, record
from toggle_core.apps.hosts import label_of
from toggle_core.apps.programs import can_be_opened
from toggle_core.apps.proxy import OPEN_PATH
from toggle_core.apps.remote import RemoteApps
from toggle_core.apps.service import AppService, app_service
from toggle_core.apps.stored import clear, stored_of
from toggle_core.apps.tickets import new_ticket, sign
from toggle_core.errors import AppsElsewhere, AppsOff, NothingToOpen
from toggle_core.history.reads import get_run
from toggle_core.store.database import Database


@dataclass(frozen=True, slots=True)
class Opening:
    """Where an app can be opened, once.

    Attributes:
        address: with the ticket.
        home: the app's first page, for a browser that has opened it before.
        expires_at: until when the ticket can be used.
    """

    address: str
    home: str
    expires_at: datetime


def open_app(
    database: Database, run_id: UUID, person: str | None, frame: str = "", *, log: bool = False
) -> Opening:
    """Let somebody who may see a run open its app.

    Args:
        database: of the run.
        run_id: of the run.
        person: who opens it; None where nobody is asked who they are.
        frame: origin of the dashboard that shows the app in a frame; empty: it gets its own tab.
        log: lead to what the program prints, without starting it.

    Raises:
        RunNotFound: there is no such run.
        NothingToOpen: it has no program that can be opened.
        AppsOff: apps are switched off.
        AppsElsewhere: this machine serves none.
        DatabaseAway: the database cannot be reached.
    """
    service = serving_service()
    if not can_be_opened(get_run(database, run_id)):
        raise NothingToOpen
    generation = stored_of(database, run_id).generation
    ticket = new_ticket(run_id, person, generation, time.time(), frame)
    home = f"{service.hosts.origin(label_of(run_id, service.key))}"
    return Opening(
        address=f"{home}{OPEN_PATH}?t={sign(ticket, service.key)}{'&log=1' if log else ''}",
        home=f"{home}/",
        expires_at=datetime.fromtimestamp(ticket.expires, UTC),
    )


def start_fresh(database: Database, run_id: UUID, person: str | None) -> None:
    """Forget what the app of a run has stored, and let it sleep.

    Args:
        database: of the run.
        run_id: whose app.
        person: who wants it; None where nobody is asked who they are.

    Raises:
        AppsOff: apps are switched off.
        DatabaseAway: nothing was changed.
    """
    service = app_service()
    if service is None:
        raise AppsOff
    clear(database, run_id)
    record(AppEvent.CLEARED, run_id, person)
    service.stop_app(run_id, person)


def serving_service() -> AppService | RemoteApps:
    """The apps of this process.

    Raises:
        AppsOff: they are switched off.
        AppsElsewhere: this machine serves none.
    """
    service = app_service()
    if service is None:
        raise AppsOff
    service.wait()
    if service.reason:
        raise AppsElsewhere(reason=service.reason)
    return service
