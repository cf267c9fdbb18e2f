"""The gate ``security``, by bandit: nothing of medium or high severity."""

import json

from toggle_core.gates.checks.context import Context, Judgement, broken, count, cut, unusual_end
from toggle_core.words import Outcome

_TOOLS = ("bandit",)
_CODE = (
    "import sys; sys.path.insert(0, '{tools}'); sys.argv[0] = 'bandit'; "
    "from bandit.cli.main import main; main()"
)
_FOUND_SOMETHING = 1
_INI = "bandit.ini"


def check(context: Context) -> Judgement:
    """Let bandit read every Python file, whatever settings and comments the project has."""
    command = [
        *("{python}", "-I", "-S", "-c", _CODE, "-q", "-f", "json", "-ll", "--ignore-nosec"),
        *("--ini", "{home}/" + _INI, "-x", "", *context.python_files),
    ]
    done = context.run_tool(command, _TOOLS, {_INI: "[bandit]\n"})
    if judged := unusual_end(done, "Reading the code for risks"):
        return judged
    try:
        told = json.loads(done.output)
    except ValueError:
        return broken("The reader of risks", done)
    unread = [f"{error['filename']}: {error['reason']}" for error in told["errors"]]
    if unread or done.exit_code not in (0, _FOUND_SOMETHING):
        return Judgement(
            Outcome.FAILED, "Some files could not be read for risks.", cut("\n".join(unread))
        )
    found = told["results"]
    if not found:
        read = [name for name in told["metrics"] if name != "_totals"]
        if len(read) != len(context.python_files):
            return broken("The reader of risks", done)
        return Judgement(Outcome.PASSED, "Reading the code found nothing risky.")
    lines = (
        f"{item['filename'].removeprefix('././')}:{item['line_number']}: {item['test_id']} "
        f"{item['issue_severity'].lower()}: {item['issue_text']}"
        for item in found
    )
    summary = f"Reading the code found {count(len(found), 'risky place')}."
    return Judgement(Outcome.FAILED, summary, cut("\n".join(lines)))
