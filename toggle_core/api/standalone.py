"""The API in a process of its own, without the dashboard and without a worker."""

import contextlib
import logging
from types import FrameType

import uvicorn

from toggle_core.access.exposure import THIS_MACHINE, check_api, openness
from toggle_core.api.middleware import api_alone, api_routes
from toggle_core.apps.service import serving_apps
from toggle_core.errors import SettingRefused
from toggle_core.events.feed import dismiss_all
from toggle_core.observing.logs import CONSOLE, configure_logging
from toggle_core.observing.tracing import tracing
from toggle_core.serving import bind
from toggle_core.settings import Settings
from toggle_core.startup import Services, open_services
from toggle_core.store.budget import SERVING

logger = logging.getLogger(__name__)


class _Server(uvicorn.Server):
    """Does not wait for those who follow runs."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        dismiss_all()
        super().handle_exit(sig, frame)


def serve(settings: Settings) -> None:
    """Serve the API until SIGINT or SIGTERM, under ``/api`` as everywhere.

    Args:
        settings: of the process.

    Raises:
        StartError: one sentence says what is in the way.
    """
    if settings.api_port == 0:
        raise SettingRefused(name="TOGGLE_API_PORT", reason="0 means that the API has no port")
    configure_logging(settings)
    listener = bind(settings.host, settings.api_port, "TOGGLE_API_PORT")
    connections = SERVING + settings.max_exports
    with contextlib.ExitStack() as stack:
        stack.enter_context(tracing(settings))
        opened = stack.enter_context(open_services(settings, connections))
        check_api(settings, opened.database, settings.host)
        if settings.apps == "remote":
            stack.enter_context(serving_apps(settings, opened.database))
        _tell_openness(opened)
        CONSOLE.info("API: http://localhost:%s/api/tasks", settings.api_port)
        CONSOLE.info("Database: %s. Press Ctrl-C to stop.", opened.database_label)
        config = uvicorn.Config(
            api_alone(api_routes()),
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=5,
            lifespan="off",
            proxy_headers=False,  # the front believes those of the proxies in the settings
            server_header=False,
        )
        with contextlib.suppress(KeyboardInterrupt):
            _Server(config).run(sockets=[listener])


def _tell_openness(opened: Services) -> None:
    settings = opened.settings
    found = openness(settings, opened.database, dashboard=THIS_MACHINE, api=[settings.host])
    if found is not None:
        logger.warning("%s TOGGLE_ALLOW_ANONYMOUS allows it.", found)
