"""The gate ``security``, by bandit and rules of our own: nothing that is known to be a risk."""

from dataclasses import replace

from toggle_core.gates.checks.context import (
    Context,
    Judgement,
    broken,
    count,
    cut,
    listed,
    unusual_end,
)
from toggle_core.words import Outcome

_TOOLS = ("bandit",)
_CODE = (
    "import sys; sys.path.insert(0, '{tools}'); sys.argv[0] = 'bandit'; "
    "from bandit.cli.main import main; main()"
)
_ENDED_ITSELF = (0, 1)  # 1: it found something

# What is a risk whoever wrote it (https://bandit.readthedocs.io/en/latest/plugins). Left out is
# what ordinary good programs do: open an https address (B310), read XML (B313 to B320), hash for
# another purpose than a password (B324), write to /tmp (B108); and what our own rules look at more
# closely, because only some of it is a risk: SQL (B608), shells (B602, B605), addresses (B104),
# modes (B103), secrets (B105 to B107).
RULES = (
    *("B102", "B201", "B202", "B301", "B302", "B304", "B305", "B306", "B307", "B323"),
    *("B501", "B502", "B503", "B504", "B505", "B506", "B507", "B508", "B509", "B601"),
    *("B610", "B611", "B612", "B614", "B701", "B702", "B703"),
)


def check(context: Context) -> Judgement:
    """Scan every file but those of tests, whatever settings and comments the project has."""
    command = [
        *("{python}", "-I", "-S", "-c", _CODE, "-q", "-f", "json", "-ll", "--ignore-nosec"),
        *("-t", ",".join(RULES), "--ini", "{home}/bandit.ini", "-x", "", *context.python_files),
    ]
    options = {"command": command, "settings": "[bandit]\n"}
    done = context.run("security", context.settings.tool_seconds, options, _TOOLS)
    if judged := unusual_end(done, "The security scan"):
        return judged
    report = done.report
    if report is None or report["read"] is None or report["exit_code"] not in _ENDED_ITSELF:
        told = replace(done, errors=report["stderr"]) if report else done
        return broken("The security scanner", told)
    if report["unread"]:
        detail = cut("\n".join(report["unread"]))
        return Judgement(Outcome.FAILED, "Some files could not be scanned for risks.", detail)
    if report["read"] != len(context.python_files):
        return broken("The security scanner", done)
    if not report["count"]:
        return Judgement(Outcome.PASSED, "No security findings.")
    summary = f"Security scan: {count(report['count'], 'finding')}."
    return Judgement(Outcome.FAILED, summary, cut(listed(report)))
