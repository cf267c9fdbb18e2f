"""The pages as a viewer opens them, and what can be read there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from streamlit.testing.v1 import AppTest

from toggle_core.runs.submission import submit
from toggle_core.startup import Services

ENTRY = Path(__file__).parents[2] / "pages" / "navigation.py"


def page(name: str, *, person: Mapping[str, Any] | None = None, **query: str) -> AppTest:
    """A page as a viewer in Berlin opens it.

    Args:
        name: of the script, without its ending.
        person: claims of who is logged in.
        query: parameters of the address.
    """
    app = AppTest.from_file(ENTRY, default_timeout=120)
    app.context = {"timezone": "Europe/Berlin", "url": f"http://localhost:3030/{name}"}
    app.user = dict(person or {})
    if name != "home":
        app.run().switch_page(f"{name}.py")
    for parameter, value in query.items():
        app.query_params[parameter] = value
    return app.run()


def texts(app: AppTest) -> str:
    """Everything a person can read on the page that is Markdown, text or a message."""
    kinds = (app.title, app.header, app.markdown, app.text, app.caption, app.warning, app.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def is_refreshing(app: AppTest) -> bool:
    """Whether the page has a timer."""
    try:
        app.get_by_key("tick")
    except KeyError:
        return False
    return True


def submitted(services: Services, task: str) -> UUID:
    """Submit a task as the API does."""
    return submit(services.database, task, builder=services.builder.name).task_id
