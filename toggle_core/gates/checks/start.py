"""The gate ``start``: the program ends well, or answers as a server; what it says is kept."""

from collections.abc import Mapping
from typing import Any

from toggle_core.gates.checks.context import Context, Judgement, broken, count, cut, unusual_end
from toggle_core.gates.checks.packages import explain_missing, missing_package
from toggle_core.gates.model import Page
from toggle_core.words import Outcome

_SERVER_ERROR = 500
_READS_INPUT = "EOFError"


def check(context: Context) -> Judgement:
    """Start the program in the sandbox, with no terminal and nothing to read."""
    settings = context.settings
    options = {
        "entry": context.entry,
        "port": settings.port,
        "seconds": settings.start_seconds,
        "pages": settings.pages,
        "page_bytes": settings.page_bytes,
    }
    done = context.run("start", settings.start_seconds, options)
    if judged := unusual_end(done, "The program"):
        return judged
    if done.report is None:
        return broken("The program's starter", done)
    return judge(context, done.report, done.output)


def judge(context: Context, report: Mapping[str, Any], output: str) -> Judgement:
    """Judge how the program ended or what it answered.

    Args:
        context: the project.
        report: ``exit_code``, None if it was still running; ``ports`` it listened on; ``pages``.
        output: what it printed.
    """
    pages = tuple(
        Page(page["path"], page["status"], page["type"], page["body"]) for page in report["pages"]
    )
    detail = cut(_detail(report, pages))
    if pages:
        outcome, summary = _as_server(context, report, pages)
    elif report["exit_code"] is None:
        outcome, summary = Outcome.FAILED, _without_end(context, report)
    elif report["exit_code"] == 0:
        outcome, summary = Outcome.PASSED, "It started, did its work and ended well."
    else:
        outcome, summary = Outcome.FAILED, _badly_ended(context, report["exit_code"], output)
        detail = cut(f"{detail}\n{output[-4000:]}")
    return Judgement(outcome, summary, detail, output, pages)


def _as_server(
    context: Context, report: Mapping[str, Any], pages: tuple[Page, ...]
) -> tuple[Outcome, str]:
    if pages[0].status >= _SERVER_ERROR:
        return Outcome.FAILED, f"It started as a server, but answers with error {pages[0].status}."
    asked = report["port"] == context.settings.port
    place = f"port {report['port']}" if asked else f"port {report['port']} of its own choice"
    kind = "page" if pages[0].content_type == "text/html" else "answer"
    return Outcome.PASSED, f"It started as a server on {place}; {count(len(pages), kind)} seen."


def _without_end(context: Context, report: Mapping[str, Any]) -> str:
    seconds = round(context.settings.start_seconds)
    if report["ports"]:
        return f"It opened port {report['ports'][0]}, but gave no answer within {seconds} seconds."
    return f"It neither ended nor opened a port within {seconds} seconds."


def _badly_ended(context: Context, code: int, output: str) -> str:
    if package := missing_package(output, context.files):
        return explain_missing(package)
    if _READS_INPUT in output:
        return "It waits for someone to type, and there is nobody when it is checked."
    if code < 0:
        return f"It was ended by signal {-code} right after it started."
    return f"It ended with error {code}."


def _detail(report: Mapping[str, Any], pages: tuple[Page, ...]) -> str:
    lines = [f"GET {page.path} -> {page.status} {page.content_type}" for page in pages]
    if report["ports"]:
        lines.append(f"listening on {', '.join(map(str, report['ports']))}")
    if report["exit_code"] is not None:
        lines.append(f"exit code {report['exit_code']}")
    return "\n".join(lines)
