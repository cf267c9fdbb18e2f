"""The gate ``lint``: a fixed set of rules for real faults, by ruff and for the browser."""

import json
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from toggle_core.gates.checks.context import Context, Judgement, broken, count, cut, unusual_end
from toggle_core.gates.checks.web import WebFindings, read_web
from toggle_core.words import Outcome

_TOOLS = ("ruff",)
_RUFF = "{tools}/bin/ruff"
_FOUND_SOMETHING = 1

# Faults that change what a program does, none of taste (https://docs.astral.sh/ruff/rules).
FAULTS = (
    *("E9", "F", "PLE", "W605"),
    *("B002", "B003", "B004", "B005", "B006", "B012", "B015", "B016", "B018", "B020", "B021"),
    *("B022", "B023", "B025", "B029", "B033", "B035", "B039"),
    *("ASYNC210", "ASYNC220", "ASYNC251", "RUF006", "RUF008", "RUF009", "S307"),
)
_TIDIED = ("I", "W", "UP", "C4", "F")
# Comments in the code switch nothing off: it is the code that is being judged.
_PLAIN = ("--isolated", "--no-cache", "--target-version", f"py3{sys.version_info.minor}")
_STRICT = (*_PLAIN, "--ignore-noqa")


def check(context: Context) -> Judgement:
    """Read every Python file, page and script, whatever settings the project brings along."""
    errors = _ruff_errors(context)
    if isinstance(errors, Judgement):
        return errors
    web = read_web(context)
    if isinstance(web, Judgement):
        return web
    errors += web.mistakes
    detail = cut("\n".join([*errors, *_explain_hosts(web)]))
    if errors:
        return Judgement(Outcome.FAILED, f"Lint: {count(len(errors), 'error')}.", detail)
    if web.hosts:
        return Judgement(Outcome.FAILED, _needs_hosts(web), detail)
    return Judgement(Outcome.PASSED, "No lint errors.", detail)


def _ruff_errors(context: Context) -> list[str] | Judgement:
    command = [
        *(_RUFF, "check", *_STRICT, "--output-format", "json", "--select", ",".join(FAULTS)),
        *("--no-fix", "--", *context.python_files),
    ]
    done = context.run_tool(command, _TOOLS)
    if judged := unusual_end(done, "Reading the code for mistakes"):
        return judged
    try:
        found = json.loads(done.output)
    except ValueError:
        return broken("The reader of mistakes", done)
    if done.exit_code != (_FOUND_SOMETHING if found else 0):
        return broken("The reader of mistakes", done)
    return [_line(item, context) for item in found]


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
    """Return the commands that apply ruff's safe fixes and its formatting to a project."""
    names = [f"./{name}" for name in sorted(files) if name.endswith(".py")]
    selected = ",".join((*FAULTS, *_TIDIED))
    common = (*_PLAIN, "--line-length", "100")
    return [
        [_RUFF, "check", *common, "--fix-only", "--exit-zero", "--select", selected, "--", *names],
        [_RUFF, "format", *common, "--", *names],
    ]


def _line(found: Mapping[str, Any], context: Context) -> str:
    return (
        f"{_own_name(found['filename'], context)}:{found['location']['row']}: "
        f"{found['code']} {found['message']}"
    )


def _own_name(absolute: str, context: Context) -> str:
    """Return a file's path in the project for the absolute one ruff tells."""
    ends = (name for name in context.files if absolute.endswith(f"/{name}"))
    return max(ends, key=len, default=absolute)
