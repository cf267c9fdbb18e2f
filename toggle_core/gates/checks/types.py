"""The gate ``types``, by mypy: what would go wrong at run time, and nothing switches it off."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from toggle_core.gates.checks.context import (
    Context,
    Judgement,
    broken,
    count,
    cut,
    listed,
    unusual_end,
)
from toggle_core.gates.type_cache import type_cache
from toggle_core.words import Outcome

_TOOLS = ("mypy",)
_CACHE = "mypy-cache"
_CODE = (
    "import sys; sys.path.insert(0, '{tools}'); sys.argv[0] = 'mypy'; "
    "from mypy.__main__ import console_entry; console_entry()"
)
_ENDED_ITSELF = (0, 1, 2)  # 1: it found something, 2: something kept it from reading on
_OPTIONS = (
    *("--no-site-packages", "--output", "json"),
    *("--no-error-summary", "--ignore-missing-imports", "--explicit-package-bases"),
    # Good programs assign None first and a value later, and use a name for a second kind of value.
    *("--no-strict-optional", "--allow-redefinition", "--check-untyped-defs"),
)

# A line of settings in a comment, and a silencing that does not say what it silences: at the top
# of a file it would silence all of it. ``# type: ignore[code]`` on one line is left.
_SWITCHES = (
    (re.compile(r"#(\s*)mypy:"), r"#\1mypy-"),
    (re.compile(r"#(\s*)type:(\s*)ignore\b(?!\s*\[)"), r"#\1type-\2ignore"),
)


def check(context: Context) -> Judgement:
    """Let mypy read every Python file; what it cannot find, such as packages, it takes as given."""
    command = [
        *("{python}", "-I", "-S", "-c", _CODE, "--config-file", "{home}/mypy.ini"),
        *("--cache-dir", f"{{home}}/{_CACHE}", *_OPTIONS, "--", *context.python_files),
    ]
    cache = type_cache(context.settings.slots.folder, _OPTIONS)
    plain = replace(context, files=without_switches(context.files), finished={})
    options = {"command": command, "settings": _settings(context), "cache": _CACHE}
    folders = {_CACHE: cache} if cache else {}
    done = plain.run("typecheck", context.settings.tool_seconds, options, _TOOLS, folders)
    if judged := unusual_end(done, "The type check"):
        return judged
    if done.report is None or done.report["errors"] is None:
        return broken("The type checker", done)
    report = done.report
    if report["exit_code"] not in _ENDED_ITSELF or (report["exit_code"] and not report["errors"]):
        return broken("The type checker", replace(done, errors=report["stderr"]))
    if not report["count"]:
        return Judgement(Outcome.PASSED, "No type errors.")
    summary = f"Type check: {count(report['count'], 'error')}."
    return Judgement(Outcome.FAILED, summary, cut(listed(report)))


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
