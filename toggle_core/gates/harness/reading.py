"""Read the project in three steps, running nothing of it, and report after each."""

import sys

from .copy import look_at_copy
from .syntax import read_code
from .task import Channel, Task


def run(task: Task, channel: Channel) -> None:
    """Report on the ``copy``, the ``code`` and the ``web`` pages and scripts.

    Each step that ends is reported before the next one begins, which may end this process.
    ``options["web"]`` says whether there is something for a browser to be read.
    """
    report = {"copy": look_at_copy(task)}
    channel.report(report)
    report |= {"code": read_code(task.files)}
    channel.report(report)
    if task.options.get("web"):
        sys.path.insert(0, str(task.tools))
        from .web import read_project  # noqa: PLC0415  only few programs need it
        from .web_page import is_page  # noqa: PLC0415  the same

        pages = {name: text for name, text in task.files.items() if is_page(name)}
        channel.report(report | {"web": read_project(task.files, pages).as_json()})
