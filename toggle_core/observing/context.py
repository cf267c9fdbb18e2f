"""What a thread or a task works on right now: the run, the request. Log lines tell it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final
from uuid import UUID

RUN: Final[ContextVar[str | None]] = ContextVar("run", default=None)
REQUEST: Final[ContextVar[str | None]] = ContextVar("request", default=None)


@contextmanager
def working_on(run_id: UUID) -> Iterator[None]:
    """Every line that is logged inside the block belongs to this run.

    Threads that LangGraph and LangChain start for it know it as well: they copy the context.
    """
    token = RUN.set(str(run_id))
    try:
        yield
    finally:
        RUN.reset(token)


@contextmanager
def answering(request_id: str) -> Iterator[None]:
    """Every line that is logged inside the block belongs to this request."""
    token = REQUEST.set(request_id)
    try:
        yield
    finally:
        REQUEST.reset(token)
