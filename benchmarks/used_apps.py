"""Opened apps that somebody uses: a press every quarter of a second, by HTTP as a browser does."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

from benchmarks.contestants import Contestant, call

TASK = "A to-do list as a web page"
BETWEEN = 0.25
PATIENCE_SECONDS = 120.0
OK = 200
SEE_OTHER = 303


@contextmanager
def apps_in_use(server: Contestant, port: int, count: int) -> Iterator[list[float]]:
    """Build some apps, open them, and use each until the end of the block.

    Args:
        server: that builds and serves them.
        port: of its apps.
        count: how many.

    Yields:
        Seconds that each request has taken, while it grows.
    """
    seconds: list[float] = []
    stop = threading.Event()
    opened = [_open(server, port) for _ in range(count)]
    threads = [
        threading.Thread(target=_use, args=(port, headers, seconds, stop)) for headers in opened
    ]
    for thread in threads:
        thread.start()
    try:
        yield seconds
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _open(server: Contestant, port: int) -> dict[str, str]:
    """The headers with which a browser that has opened a new app asks for its pages."""
    with closing(server.connect()) as connection:
        task_id = call(connection, "POST", "/api/tasks", {"description": TASK})["task_id"]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while call(connection, "GET", f"/api/tasks/{task_id}")["status"] == "processing":
            if time.monotonic() > deadline:
                raise RuntimeError("the app was not built in time")
            time.sleep(0.05)
        address = urlsplit(call(connection, "POST", f"/api/tasks/{task_id}/app")["address"])
    headers = {"Host": address.netloc}
    status, cookie = _get(port, f"{address.path}?{address.query}", headers)
    if status != SEE_OTHER:
        raise RuntimeError(f"the app could not be opened: {status}")
    return {**headers, "Cookie": cookie.partition(";")[0]}


def _use(port: int, headers: dict[str, str], seconds: list[float], stop: threading.Event) -> None:
    while not stop.wait(BETWEEN):
        began = time.perf_counter()
        status, _ = _get(port, "/", headers)
        if status == OK:
            seconds.append(time.perf_counter() - began)


def _get(port: int, target: str, headers: dict[str, str]) -> tuple[int, str]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)) as connection:
        connection.request("GET", target, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("Set-Cookie") or ""
