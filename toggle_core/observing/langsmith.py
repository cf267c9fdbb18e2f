"""Keep LangSmith out, which LangChain and LangGraph would send everything to by themselves.

They do so as soon as ``LANGSMITH_TRACING`` or ``LANGCHAIN_TRACING_V2`` stands in the environment,
where another program may have left it: every task, prompt and file would go to somebody else.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

OLD_VARIABLES: Final = ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER")
"""They switched on a tracer that is gone; LangChain refuses to work as long as they are set."""


@contextmanager
def langsmith_tracing(*, enabled: bool) -> Iterator[None]:
    """Decide, for the length of the block and all that it calls, whether LangSmith is told.

    Args:
        enabled: whether the app's own setting, ``TOGGLE_LANGSMITH``, turns it on.
    """
    from langsmith import tracing_context  # noqa: PLC0415 - heavy, and only needed for a run

    for name in OLD_VARIABLES:
        os.environ.pop(name, None)
    with tracing_context(enabled=enabled):
        yield
