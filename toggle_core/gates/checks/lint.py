"""The gate ``lint``: a fixed set of rules for real faults, by ruff and for the browser."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from toggle_core.gates.checks.context import (
    Context,
    Judgement,
    broken,
    count,
    cut,
    listed,
    unusual_end,
)
from toggle_core.gates.checks.web import WebFindings, read_web
from toggle_core.words import Outcome

_TOOLS = ("ruff",)
_RUFF = "{tools}/bin/ruff"
_ENDED_ITSELF = (0, 1)  # 1: it found something

# Faults that change what a program does, none of taste (https://docs.astral.sh/ruff/rules). Not
# among them: an import or a variable that looks unused (F401, F841), for an import may be made for
# its effect or be a fixture; names out of a star import (F403, F405); default values that are
# lists (B006) and functions made in a loop (B023), which good programs have on purpose.
FAULTS = (
    *("E9", "F502", "F503", "F505", "F506", "F507", "F508", "F509", "F521", "F524", "F525"),
    *("F601", "F602", "F621", "F622", "F631", "F632", "F633", "F634", "F701", "F702", "F704"),
    *("F706", "F707", "F811", "F821", "F823", "F901"),
    *("PLE01", "PLE02", "PLE03", "PLE0604", "PLE0643", "PLE1"),
    *("B002", "B003", "B005", "B015", "B016", "B018", "B025", "B029", "B035", "RUF008"),
)
# Comments in the code switch nothing off: it is the code that is being judged.
_PLAIN = ("--isolated", "--no-cache", "--target-version", f"py3{sys.version_info.minor}")
_STRICT = (*_PLAIN, "--ignore-noqa")


def check(context: Context) -> Judgement:
    """Read every Python file, page and script, whatever settings the project brings along."""
    python = _lint_python(context)
    if isinstance(python, Judgement):
        return python
    web = read_web(context)
    if isinstance(web, Judgement):
        return web
    errors = python["count"] + len(web.mistakes)
    found = [listed(python), *web.mistakes, *_explain_hosts(web)]
    detail = cut("\n".join(line for line in found if line))
    if errors:
        return Judgement(Outcome.FAILED, f"Lint: {count(errors, 'error')}.", detail)
    if web.hosts:
        return Judgement(Outcome.FAILED, _needs_hosts(web), detail)
    return Judgement(Outcome.PASSED, "No lint errors.", detail)


def _lint_python(context: Context) -> Mapping[str, Any] | Judgement:
    """Return what the harness reports of ruff's findings."""
    command = [
        *(_RUFF, "check", *_STRICT, "--output-format", "json", "--select", ",".join(FAULTS)),
        *("--no-fix", "--", *context.python_files),
    ]
    done = context.run("lint", context.settings.tool_seconds, {"command": command}, _TOOLS)
    if judged := unusual_end(done, "The linter"):
        return judged
    report = done.report
    if report is None or report["found"] is None or report["exit_code"] not in _ENDED_ITSELF:
        return broken("The linter", replace(done, errors=report["stderr"]) if report else done)
    if bool(report["found"]) != bool(report["exit_code"]):
        return broken("The linter", done)
    return report


def _needs_hosts(web: WebFindings) -> str:
    hosts = dict.fromkeys(urlsplit(line.split(": ", 1)[1]).netloc for line in web.hosts)
    return (
        f"Its pages load files from {', '.join(hosts)}: they do not work without the internet, and "
        "the checks cannot try them. Put the files into the project."
    )


def _explain_hosts(web: WebFindings) -> list[str]:
    return [
        *(f"{line} (loaded from another host)" for line in web.hosts),
        *(f"{line} (another host; the page works without it)" for line in web.named),
    ]


def tidy_commands(files: Mapping[str, str]) -> list[list[str]]:
    """Return the commands that format a project; nothing is removed and nothing moved."""
    names = [f"./{name}" for name in sorted(files) if name.endswith(".py")]
    return [[_RUFF, "format", *_PLAIN, "--line-length", "100", "--", *names]]
