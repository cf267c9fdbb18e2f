"""Mask keys in texts. Providers repeat a wrong key in their error, whole or in part."""

import re
from collections.abc import Iterable
from typing import Final

MASK: Final = "[key]"

SHORTEST: Final = 8
"""Characters in a row that give a key away; a shorter key is looked for as a whole."""

REAL: Final = 16
"""Characters of a key at least that is looked for in what a model writes. Where a server wants no
real one, a word such as ``lm-studio`` stands for it, and a project may well hold that word."""

LOOKS_LIKE_A_KEY: Final = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|AIza|ghp|hf)[-_][\w*.\-]{6,}|\bAIza[\w\-]{10,}"
    r"|(?i:\bbearer\s+)[\w.~+/=\-]{6,}"
    r"|\b(?:ptk|whsec)_[\w+/=-]{6,}"
)
"""The shapes of well-known keys, for one that is not in the settings: a proxy's, or an older one;
the last are keys of our own API and webhooks."""


_added: set[str] = set()
"""Keys that came while the process ran."""


def mask_from_now_on(secret: str) -> None:
    """Have a key masked in the log that is not in the settings.

    Args:
        secret: the key; one under ``SHORTEST`` characters is left alone.
    """
    if len(secret) >= SHORTEST:
        _added.add(secret)


def added_secrets() -> tuple[str, ...]:
    """The keys that :func:`mask_from_now_on` was given."""
    return tuple(_added)


def scrub(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret, and every part of one that gives it away, masked.

    Args:
        text: anything a provider or a library wrote.
        secrets: keys and passwords in use.
    """
    for secret in secrets:
        text = _mask_parts(text, secret, min(SHORTEST, len(secret)))
    return LOOKS_LIKE_A_KEY.sub(MASK, text)


def without_keys(answer: str, secrets: Iterable[str]) -> str:
    """What a model wrote, without keys in use.

    No model knows one; but its server does, and so does whatever stands in between.

    Args:
        answer: the text, the whole of it or its beginning.
        secrets: keys in use.
    """
    for secret in secrets:
        if any(part in answer for part in _parts(secret, REAL)):
            answer = _mask_parts(answer, secret, REAL)
    return answer


def excerpt(text: str, secrets: Iterable[str], limit: int = 200) -> str:
    """A scrubbed text on one line, cut at ``limit`` characters."""
    line = " ".join(scrub(text[: 50 * limit], secrets).split())
    return line if len(line) <= limit else line[: limit - 3].rstrip() + "..."


def _parts(secret: str, length: int) -> set[str]:
    """All stretches of a secret that are so long."""
    return {secret[at : at + length] for at in range(len(secret) - length + 1)}


def _mask_parts(text: str, secret: str, length: int) -> str:
    """Mask each longest stretch of the text that is also a stretch of the secret."""
    parts = _parts(secret, length)
    kept: list[str] = []
    at = 0
    while at < len(text):
        end = at
        while text[end : end + length] in parts:
            end += 1
        if end == at:
            kept.append(text[at])
            at += 1
        else:
            kept.append(MASK)
            at = end + length - 1
    return "".join(kept)
