"""The gate ``syntax``: every Python file compiles."""

from toggle_core.gates.checks.context import Context, Judgement, count, cut, unusual_end
from toggle_core.words import Outcome

_SECONDS = 20.0


def check(context: Context) -> Judgement:
    """Compile each file in the sandbox."""
    done = context.run("syntax", _SECONDS)
    if judged := unusual_end(done, "Reading the code"):
        return judged
    if done.report is None:
        detail = cut(f"exit code {done.exit_code}\n{done.errors}")
        return Judgement(Outcome.FAILED, "Python itself stopped while reading the code.", detail)
    faults = done.report["faults"]
    if faults:
        detail = "\n".join(
            f"{fault['path']}:{fault['line']}: {fault['message']}\n    {fault['text']}"
            for fault in faults
        )
        summary = f"Python cannot read {count(len(faults), 'file')}, first {faults[0]['path']}."
        return Judgement(Outcome.FAILED, summary, cut(detail))
    number = done.report["compiled"]
    return Judgement(Outcome.PASSED, f"Python can read the code: {count(number, 'file')}.")
