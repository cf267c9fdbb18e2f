"""Text that Postgres and UTF-8 can hold. One bad character in a channel poisons a thread."""

import re
from typing import Final

UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""NUL cannot be stored by Postgres; a lone surrogate is not a Unicode character."""


def clean(text: str, limit: int) -> str:
    """Remove the characters that cannot be stored, and cut the text.

    Args:
        text: any.
        limit: most characters to keep.

    Returns:
        The rest of the text.
    """
    return UNSTORABLE.sub("", text)[:limit]
