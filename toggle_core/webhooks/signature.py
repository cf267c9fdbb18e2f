"""Signs webhooks as the Standard Webhooks specification says.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hmac
from typing import Final

PREFIX: Final = "whsec_"
SHORTEST_KEY: Final = 24
LONGEST_KEY: Final = 64
"""Bytes of a key, as the specification has them."""

FORM: Final = (
    f"{PREFIX} and {SHORTEST_KEY} to {LONGEST_KEY} random bytes in Base64 are needed; this makes"
    f' one: echo "{PREFIX}$(openssl rand -base64 32)"'
)


def key_of(secret: str) -> bytes:
    """The key in a secret.

    Args:
        secret: ``whsec_`` and the key in Base64.

    Raises:
        ValueError: it has another form; the message says which is needed, never what was given.
    """
    if not secret.startswith(PREFIX):
        raise ValueError(FORM)
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(FORM) from None
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise ValueError(FORM)
    return key


def signed_headers(key: bytes, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers that sign a message.

    Args:
        key: shared with the receiver.
        message_id: the same for each attempt, so that a receiver knows a repetition.
        timestamp: seconds since 1970 of this attempt, so that an old one cannot be replayed.
        body: exactly as it is sent.
    """
    content = b".".join((message_id.encode(), str(timestamp).encode(), body))
    signature = base64.b64encode(hmac.digest(key, content, "sha256")).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }
