"""The Python client could not ask the server, or was refused."""

from toggle_core.errors.base import ToggleError


class ApiRefused(ToggleError):
    """The server answered {status}: {detail}"""


class ApiKeyRefused(ApiRefused):
    """The server let nobody in ({status}): {detail} This program sends the key that it is given as
    TOGGLE_API_KEY or as Client(key=…)."""


class ApiKeyUnusable(ToggleError):
    """The API key holds characters that no key has. Copy it again, without anything around it."""


class ApiUnreachable(ToggleError):
    """No answer came from {address} ({reason}). Is the server running?"""
