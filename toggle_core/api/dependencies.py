"""Dependencies shared by all routes."""

from typing import Annotated

from fastapi import Depends

from toggle_core.startup import Services, services


async def opened() -> Services:
    """Those of this process. Async, because FastAPI calls any other dependency in a thread.

    Raises:
        DatabaseAway: they are not open (yet, or any more).
    """
    return services()


Opened = Annotated[Services, Depends(opened)]
"""The services of this process."""
