"""Awaiting from a test that is no coroutine itself."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def outcome_of(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns, awaited in a thread of its own.

    Not in the thread of the tests: from the first test with a browser on, Playwright's event loop
    runs there until the process ends, and ``asyncio.run`` refuses to begin.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
