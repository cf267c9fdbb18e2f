"""Write what every place shows of a provider, as JSON.

``test_extra_provider`` runs it as a separate process, in a copy of the project with one more
provider.
"""

import json
import sys

from tests.ui.viewer import page, texts
from toggle_core.builders.chat.providers import provider_of
from toggle_core.builders.registry import chat_settings
from toggle_core.observing.secrets import Scrubber
from toggle_core.settings import get_settings
from toggle_core.startup import open_services
from toggle_core.worker.service import WorkerSettings


def main(title: str, key: str) -> None:
    """Show what comes of a key that is set for the provider, and the steps to get one."""
    settings = get_settings()
    chat = chat_settings(settings)
    provider = provider_of(chat)
    with open_services(settings):
        app = page("settings")
        app.button_group(key="provider").set_value(title).run()
        steps = texts(app)
    shown = {
        "provider": provider.title if provider else None,
        "called with": chat.api_key.get_secret_value() if chat.api_key else None,
        "printed": key in repr(settings),
        "logged": Scrubber(settings)(f"refused: {key}"),
        "masked in answers": key in WorkerSettings.of(settings, 1).secrets,
        "steps": steps,
    }
    sys.stdout.write(json.dumps(shown))


main(*sys.argv[1:])
