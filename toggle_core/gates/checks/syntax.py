"""The gate ``syntax``: Python compiles every file, and a browser can read pages and scripts."""

from collections.abc import Mapping
from typing import Any

from toggle_core.gates.checks.context import Context, Judgement, count, cut, unusual_end
from toggle_core.gates.checks.reading import read_files
from toggle_core.gates.checks.web import read_web
from toggle_core.words import Outcome


def check(context: Context) -> Judgement:
    """Compile Python and parse what a browser reads, in the sandbox."""
    done = read_files(context)
    code = (done.report or {}).get("code")
    if code is None:
        if judged := unusual_end(done, "Reading the code"):
            return judged
        detail = cut(f"exit code {done.exit_code}\n{done.errors}")
        return Judgement(Outcome.FAILED, "Python itself stopped while reading the code.", detail)
    faults = [_line(fault) for fault in code["faults"]]
    web = read_web(context)
    if isinstance(web, Judgement):
        return web
    if found := [*faults, *web.syntax]:
        first = found[0].partition(":")[0]
        summary = f"Syntax check: {count(len(found), 'error')}, first in {first}."
        # Python's own faults keep the tools after it from reading the code.
        return Judgement(Outcome.FAILED, summary, cut("\n".join(found)), goes_on=not faults)
    number = code["compiled"]
    return Judgement(Outcome.PASSED, f"No syntax errors: Python can read {count(number, 'file')}.")


def _line(fault: Mapping[str, Any]) -> str:
    text = f"\n    {fault['text']}" if fault["text"] else ""
    return f"{fault['path']}:{fault['line']}: {fault['message']}{text}"
