"""Keeps secrets out of the log, whoever wrote the line."""

from typing import Final
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from toggle_core.key_masking import LOOKS_LIKE_A_KEY, MASK, SHORTEST, added_secrets, scrub
from toggle_core.settings import Settings

ADDRESSES: Final = {"database_url", "database_direct_url"}
WEBHOOK: Final = "webhook_url"


class Scrubber:
    """Masks the secrets of a process, and what looks like a key, in texts.

    A secret under ``SHORTEST`` characters is left alone: to mask it would mask ordinary words.
    """

    def __init__(self, settings: Settings) -> None:
        self._secrets = tuple(secret for secret in _secrets_of(settings) if len(secret) >= SHORTEST)
        self._parts = frozenset(
            secret[at : at + SHORTEST]
            for secret in self._secrets
            for at in range(len(secret) - SHORTEST + 1)
        )

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        if any(text[at : at + SHORTEST] in self._parts for at in range(len(text) - SHORTEST + 1)):
            text = scrub(text, self._secrets)
        if added := added_secrets():
            text = scrub(text, added)
        return LOOKS_LIKE_A_KEY.sub(MASK, text)


def _secrets_of(settings: Settings) -> list[str]:
    """All secrets in the settings; of an address only what is secret in it."""
    found = []
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            text = value.get_secret_value()
            if name in ADDRESSES:
                text = _password_in(text)
            elif name == WEBHOOK:
                text = _token_in(text)
            found.append(text)
    return found


def _password_in(address: str) -> str:
    try:
        return str(conninfo_to_dict(address).get("password") or "")
    except ProgrammingError:
        return address  # it is refused at the start, with a sentence that does not repeat it


def _token_in(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}".rstrip("?")
