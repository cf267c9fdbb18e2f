"""Patches that begin with ``*** Begin Patch``, as some models are trained to write them."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

BEGIN_PATCH: Final = "*** Begin Patch"
OF_FILE: Final = re.compile(r"\*\*\* (?P<what>Update|Add|Delete) File: (?P<path>.+)")
MOVED: Final = re.compile(r"\*\*\* Move to: (?P<path>.+)")


def unified(lines: Sequence[str]) -> Iterator[str]:
    """The lines of such a patch as those of a unified diff."""
    path = ""
    for line in lines:
        if found := OF_FILE.fullmatch(line.strip()):
            path = found["path"].strip()
            yield f"--- {'/dev/null' if found['what'] == 'Add' else path}"
            yield f"+++ {'/dev/null' if found['what'] == 'Delete' else path}"
        elif found := MOVED.fullmatch(line.strip()):
            yield f"rename from {path}"
            yield f"rename to {found['path'].strip()}"
        elif not line.startswith("*** "):
            yield line
