"""A remark in place of code is noticed; a program that speaks of such remarks is not refused."""

import time

import pytest

from toggle_core.builders.chat.elisions import left_out

OLD = '''"""Sums."""

import sys


def add(a, b):
    """Add."""
    result = a + b
    print("added")
    return result


def take(a, b):
    """Take away."""
    result = a - b
    print("taken")
    return result


def main():
    """Start."""
    print(add(1, 2))
    print(take(1, 2))


if __name__ == "__main__":
    main()
'''
HEAD, _, REST = OLD.partition("\n\ndef take")
TAKE = "def take" + REST.partition("\n\n\ndef main")[0]


BODY = """    result = a + b
    print("added")
    return result"""


def remark(old: str, new: str, path: str = "main.py") -> str:
    """The line that stands for what was left out of one file; empty where nothing was."""
    found = left_out({path: old}, {path: new})
    return found[1] if found else ""


@pytest.mark.parametrize(
    "line",
    [
        "# ... rest of the code remains the same ...",
        "# Rest of the code unchanged",
        "# rest of main.py stays as it is",
        "# The remaining functions stay the same.",
        "# existing code here",
        "# ... existing code ...",
        "#...existing code...",
        "# [existing code]",
        "# Your existing code here",
        "# ... previous code ...",
        "# (unchanged)",
        "# unchanged",
        "# ----- unchanged -----",
        "# All other functions remain the same",
        "# same as before",
        "# ... (rest of file unchanged)",
        "# keep the existing functions",
        "# code omitted for brevity",
        "# ... other methods stay the same",
        "# No changes below",
        "# ... snip ...",
        "# Rest of the class as is",
        "# ...",
        "...",
        "# …",
        "... rest of the file ...",
        "[rest of the code unchanged]",
        "(rest remains the same)",
        "# Der Rest bleibt unverändert",
        "# 其余代码保持不变",
    ],
)
def test_a_remark_in_place_of_code_is_found(line: str) -> None:
    changed = HEAD.replace("a + b", "b + a")
    assert remark(OLD, f"{changed}\n\n{line}\n") == line
    assert remark(OLD, f"{line}\n\n{TAKE}\n") == line
    assert remark(OLD, OLD.replace(TAKE, line)) == line


@pytest.mark.parametrize(
    ("path", "old", "line"),
    [
        ("app.js", "a()\nb()\nc()\n", "// rest of the code"),
        ("a.css", "a{}\nb{}\nc{}\n", "/* other styles unchanged */"),
        ("a.html", "<a>\n<b>\n<c>\n", "<!-- existing markup -->"),
        ("README.md", "# A\nOne.\nTwo.\n", "(rest unchanged)"),
        ("README.md", "# A\nOne.\nTwo.\n", "*... rest of the README is the same ...*"),
        ("a.sql", "a;\nb;\nc;\n", "-- rest of the schema unchanged"),
    ],
)
def test_a_remark_is_found_in_every_kind_of_file(path: str, old: str, line: str) -> None:
    kept = old.partition("\n")[0]
    assert remark(old, f"{kept}\n{line}\n", path) == line


def test_a_body_replaced_by_dots_is_found() -> None:
    body = TAKE.partition('"""Take away."""\n')[2]
    assert remark(OLD, OLD.replace(body, "    ...")) == "..."


@pytest.mark.parametrize(
    ("found", "written"),
    [
        ('print("added")', 'print("rest of the code remains the same")'),
        ('    print("added")', '    # Keep the rest of the line unchanged.\n    print("x")'),
        ('    print("added")\n', "    # same as before\n    print('sum')\n"),
        ('"""Add."""', '"""Add.\n\n    # ... existing code ...\n    """'),
        ('"""Add."""', '"""Add; the rest of the code remains the same."""'),
        ("import sys\n", "import sys\n\n# The rest of the file stays the same.\n"),
        ("    main()\n", "    main()\n\n\nNOTE = '# ... existing code ...'\n"),
        ("    main()\n", "    main()\n\n\nclass A:\n    def area(self):\n        ...\n"),
        ('    result = a + b\n    print("added")\n    return result', "    return a + b"),
        (BODY, "    # Works as before, but in one line.\n    return a + b"),
        (BODY, "    # Same rounding as in the report.\n    return a + b"),
        (BODY, "    # Keep the existing order of the names.\n    return a + b"),
        (BODY, "    # The remaining amount.\n    return a + b"),
        (BODY, "    # The text stays as it is.\n    return a + b"),
        (BODY, "    # Add the rest of the day.\n    return a + b"),
        (BODY, "    # Keep unchanged lines.\n    return a + b"),
        (BODY, "    # Other imports come from the bank.\n    return a + b"),
        (BODY, "    # The rest of the file stays the same.\n    out = a + b\n    return out"),
    ],
)
def test_a_program_that_speaks_of_such_remarks_is_accepted(found: str, written: str) -> None:
    assert found in OLD
    assert remark(OLD, OLD.replace(found, written)) == ""


def test_a_remark_that_was_there_before_is_accepted() -> None:
    old = OLD.replace("import sys\n", "import sys\n\n# rest of the code unchanged\n")
    assert remark(old, old.replace('    print("added")\n', "")) == ""


def test_a_new_file_is_not_compared_with_anything() -> None:
    assert left_out({"a.py": OLD}, {"a.py": OLD, "b.py": "# existing code here\n"}) is None


@pytest.mark.parametrize("line", ["# existing code here\n", "# rest of " + "the code " * 18 + "\n"])
def test_remarks_without_end_are_read_in_bounded_time(line: str) -> None:
    started = time.process_time()
    remark("x = 1\n" * 30_000, line * (300_000 // len(line)))
    assert time.process_time() - started < 5
