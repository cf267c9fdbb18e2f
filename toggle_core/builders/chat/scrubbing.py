"""Keep keys out of every text. Providers repeat a wrong key in their error, whole or in part."""

import re
from collections.abc import Iterable
from typing import Final

MASK: Final = "[key]"

SHORTEST: Final = 8
"""Characters in a row that give a key away; a shorter key is looked for as a whole."""

LOOKS_LIKE_A_KEY: Final = re.compile(
    r"\b(?:sk|pk|rk|gsk|xai|AIza|ghp|hf)[-_][\w*.\-]{6,}|\bAIza[\w\-]{10,}"
    r"|(?i:\bbearer\s+)[\w.~+/=\-]{6,}"
)
"""The shapes of well-known keys, for one that is not ours: a proxy's, or an older one."""


def scrub(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret, and every part of one that gives it away, masked.

    Args:
        text: anything a provider or a library wrote.
        secrets: keys and passwords in use.
    """
    for secret in secrets:
        text = _mask_parts(text, secret)
    return LOOKS_LIKE_A_KEY.sub(MASK, text)


def excerpt(text: str, secrets: Iterable[str], limit: int = 200) -> str:
    """A scrubbed text on one line, cut at ``limit`` characters."""
    line = " ".join(scrub(text[: 50 * limit], secrets).split())
    return line if len(line) <= limit else line[: limit - 3].rstrip() + "..."


def _mask_parts(text: str, secret: str) -> str:
    """Mask each longest stretch of the text that is also a stretch of the secret."""
    length = min(SHORTEST, len(secret))
    parts = {secret[at : at + length] for at in range(len(secret) - length + 1)}
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
