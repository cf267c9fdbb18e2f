"""What the page of a terminal is made of."""

import re
from hashlib import sha256
from pathlib import Path

from toggle_core.apps import terminal_page

XTERM = Path(terminal_page.__file__).parent / "third_party" / "xterm"


def test_xterm_is_as_it_was_published() -> None:
    table = (XTERM / "README.md").read_text()
    listed = re.findall(r"^\| `([\w.-]+)` \|.* `([0-9a-f]{64})` \|$", table, re.MULTILINE)
    actual = {
        path.name: sha256(path.read_bytes()).hexdigest()
        for path in XTERM.iterdir()
        if path.suffix in terminal_page.KINDS
    }
    assert dict(listed) == actual
    assert len(listed) == len(actual) == 3
