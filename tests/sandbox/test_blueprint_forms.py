"""The forms of every web project of the library work in the opened app, on both kinds of host."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from tests.app_process import free_port
from tests.e2e.tls_proxy import tls_in_front
from tests.sandbox.features import FORMS
from tests.sandbox.promised_visits import Visits
from tests.sandbox.served_apps import Served, served_apps
from tests.sandbox.web_visitor import WebVisitor
from toggle_core.apps.opening import open_app
from toggle_core.builders.blueprints.builder import promises_of, render
from toggle_core.store.database import Database

WEB = [name for name, interface in FORMS if interface == "web"]


@contextlib.contextmanager
def on_a_host(
    kind: str, database: Database, folder: Path
) -> Iterator[tuple[Served, int, str | None]]:
    """Apps, the port that browsers reach them at, and its certificate where there is TLS."""
    if kind == "localhost":
        with served_apps(database) as served:
            yield served, served.port, None
        return
    port = free_port()
    with (
        served_apps(database, TOGGLE_APPS_URL=f"https://*.apps.localhost:{port}") as served,
        tls_in_front(port, served.port, folder),
    ):
        yield served, port, str(folder / "certificate.pem")


@pytest.mark.parametrize("kind", ["localhost", "tls"])
@pytest.mark.parametrize("name", WEB)
def test_forms_of_a_blueprint_work_in_the_opened_app(
    name: str, kind: str, database: Database, tmp_path: Path
) -> None:
    files = dict(render(name, {"interface": "web"}).files)
    program, promises = files.pop("main.py"), promises_of(name, {"interface": "web"})
    visits = Visits(promises["interface"]["routes"])
    with (
        on_a_host(kind, database, tmp_path) as (served, port, certificate),
        contextlib.ExitStack() as visitors,
    ):

        def new_run() -> UUID:
            return served.new_run(program, interface=promises["interface"], **files)

        def visitor(run_id: UUID) -> WebVisitor:
            opening = open_app(database, run_id, None).address
            return visitors.enter_context(
                contextlib.closing(WebVisitor(port, opening, certificate))
            )

        for promise in filter(visits.has_news, promises["promises"]):
            run_id = new_run()
            named: dict[str, WebVisitor] = {}

            def visitor_of(
                name: str, run_id: UUID = run_id, named: dict[str, WebVisitor] = named
            ) -> WebVisitor:
                if name not in named:
                    named[name] = visitor(run_id)
                return named[name]

            def restart(run_id: UUID = run_id) -> None:
                served.service.stop_app(run_id)

            visits.carry_out(promise, visitor_of, restart)
        last = visitor(new_run())
        assert last.open("/").status == 200
        visits.note(last)
        visits.send_the_rest(last)
    assert visits.shown.keys() <= visits.sent
