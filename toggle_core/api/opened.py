"""What every route works with."""

from typing import Annotated

from fastapi import Depends

from toggle_core.startup import Services, services

Opened = Annotated[Services, Depends(services)]
"""The services of this process."""
