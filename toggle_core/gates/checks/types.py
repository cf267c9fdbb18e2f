"""The gate ``types``, by mypy: lenient, but nothing in the project switches it off."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from toggle_core.gates.checks.context import Context, Judgement, broken, count, cut, unusual_end
from toggle_core.words import Outcome

_TOOLS = ("mypy",)
_CODE = (
    "import sys; sys.path.insert(0, '{tools}'); sys.argv[0] = 'mypy'; "
    "from mypy.__main__ import console_entry; console_entry()"
)
_FOUND_SOMETHING = (1, 2)  # 2: something that kept it from reading on
_SETTINGS = "mypy.ini"

# A line of settings in a comment, and a silencing that does not say what it silences: at the top
# of a file it would silence all of it. ``# type: ignore[code]`` on one line is left.
_SWITCHES = (
    (re.compile(r"#(\s*)mypy:"), r"#\1mypy-"),
    (re.compile(r"#(\s*)type:(\s*)ignore\b(?!\s*\[)"), r"#\1type-\2ignore"),
)


def check(context: Context) -> Judgement:
    """Let mypy read every Python file; what it cannot find, such as packages, it takes as given."""
    command = [
        *("{python}", "-I", "-S", "-c", _CODE, "--config-file", "{home}/" + _SETTINGS),
        *("--cache-dir", "/dev/null", "--no-incremental", "--no-site-packages", "--output", "json"),
        *("--no-error-summary", "--ignore-missing-imports", "--explicit-package-bases"),
        *("--disable-error-code", "import-untyped", "--disable-error-code", "import-not-found"),
        *("--", *context.python_files),
    ]
    plain = replace(context, files=without_switches(context.files))
    done = plain.run_tool(command, _TOOLS, {_SETTINGS: _settings(context)})
    if judged := unusual_end(done, "Comparing the kinds of values"):
        return judged
    try:
        found = [json.loads(line) for line in done.output.splitlines()]
    except ValueError:
        return broken("The type checker", done)
    errors = [item for item in found if item["severity"] == "error"]
    if not errors and done.exit_code == 0:
        return Judgement(Outcome.PASSED, "Every value is used as the kind of value it is.")
    if not errors or done.exit_code not in _FOUND_SOMETHING:
        return broken("The type checker", done)
    lines = (
        f"{item['file']}:{item['line']}: {item['message']} [{item['code']}]" for item in errors
    )
    summary = f"{count(len(errors), 'value')} would be used as another kind than it is."
    return Judgement(Outcome.FAILED, summary, cut("\n".join(lines)))


def without_switches(files: Mapping[str, str]) -> dict[str, str]:
    """Return the files with comments that switch mypy off for more than a line made harmless."""
    plain = dict(files)
    for name, text in files.items():
        if name.endswith(".py"):
            for pattern, stand_in in _SWITCHES:
                text = pattern.sub(stand_in, text)  # noqa: PLW2901  one pattern after the other
            plain[name] = text
    return plain


def _settings(context: Context) -> str:
    """Say where imports are looked for: where Python does when it starts the program."""
    folders = [".", "src", str(PurePosixPath(context.entry).parent)]
    there = [
        folder
        for folder in dict.fromkeys(folders)
        if folder == "." or any(name.startswith(f"{folder}/") for name in context.files)
    ]
    return f"[mypy]\nmypy_path = {','.join(there)}\n"
