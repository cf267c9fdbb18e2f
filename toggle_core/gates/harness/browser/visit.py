"""Open the pages of a program in a real browser, and note what goes wrong on them."""

import os
import random
import re
import time
from http import HTTPStatus
from math import inf
from typing import Any

from ..clean import end_all_others
from ..listening import addresses_by_port
from ..patience import Patience
from ..processor import limited_children, outlive_limit
from ..promises.client import Waiting
from ..promises.program import NotShown, ProgramFailed, RunningServer, Surroundings
from ..shield import hide_memory
from ..task import Channel, Task
from .session import BrowserSession

_PORTS = range(20_000, 32_000)  # below those that the kernel gives to clients
_VISITOR = ""
_REST_SECONDS = 120.0  # for a program to come to rest or to its limit, on a busy machine
_SHOWS = re.compile(r"<(?:canvas|svg|img|video|iframe|input|button|object|embed)\b", re.IGNORECASE)


def run(task: Task, channel: Channel) -> None:
    """Report of each page what went wrong on it, as far as they can be opened.

    ``options``: ``entry``, the file to start; ``seconds`` of processor time for it, and of idleness
    until it listens; ``paths`` of the pages, the front page first; ``browser``, descriptor of the
    socket to a browser in another sandbox.
    """
    hide_memory()
    outlive_limit()
    browser = BrowserSession(task.options["browser"])
    ports = random.SystemRandom()
    seconds = task.options["seconds"]
    surroundings = Surroundings(
        work=task.work,
        entry=task.options["entry"],
        waiting=Patience(inf),
        environment=os.environ,
        start_seconds=seconds,
        step_seconds=seconds,
        new_port=lambda: ports.choice(_PORTS),
        listening=lambda _port: addresses_by_port(),
        end_strays=end_all_others,
        bounded=lambda: limited_children(seconds),
    )
    pages: list[dict[str, Any]] = []
    try:
        server = RunningServer(surroundings)
    except ProgramFailed as failed:  # when it was started first it did listen
        page = {"path": task.options["paths"][0], "why": str(failed), "faults": []}
        channel.report({"pages": [page]})
        return
    for path in task.options["paths"]:
        channel.report({"pages": pages, "under_way": path})
        pages.append(_open(browser, server, path, is_first=not pages))
        if browser.is_gone:
            break
    if not browser.is_gone and (why := _end_of_work(server, surroundings.waiting)):
        pages[0]["why"] = pages[0]["why"] or why
    server.stop()
    channel.report({"pages": pages})


def _end_of_work(server: RunningServer, waiting: Waiting) -> str:
    """Wait until the program rests, with all pages seen; return why it ended meanwhile, if so.

    One that never rests is ended by its limit of processor time.
    """
    begun, deadline = waiting.idle_seconds, time.monotonic() + _REST_SECONDS
    while waiting.idle_seconds == begun and time.monotonic() < deadline:
        if fault := server.fault():
            return fault
    return server.fault()


def _open(
    browser: BrowserSession, server: RunningServer, path: str, *, is_first: bool
) -> dict[str, Any]:
    """Open one page; the first is photographed."""
    why = ""
    try:
        browser.reach(server.server)
        browser.act("open", _VISITOR, {"path": path})
        if is_first:
            browser.take_picture(_VISITOR, "")
        seen = browser.look(_VISITOR)  # a page that computes without end cannot be looked at
        if seen.status >= HTTPStatus.BAD_REQUEST:
            why = f"It answers the browser with {seen.status}."
        elif not seen.text.strip() and not _SHOWS.search(seen.html):
            why = "It shows nothing."
    except NotShown as error:
        why = str(error)
    return {"path": path, "why": why, "faults": [list(each) for each in browser.take_faults()]}
