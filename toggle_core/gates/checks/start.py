"""The gate ``start``: the program does something visible and ends well, or serves its pages."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from toggle_core.gates.checks.answers import server_faults
from toggle_core.gates.checks.browsed import Browsed, browse
from toggle_core.gates.checks.context import Context, Judgement, broken, count, cut, unusual_end
from toggle_core.gates.checks.ended import end_faults
from toggle_core.gates.checks.keys import join, missing_keys, says_offline, says_unnamed_key
from toggle_core.gates.checks.packages import explain_missing, package_said_to_be_missing
from toggle_core.gates.checks.started import Started, read_report
from toggle_core.gates.checks.used import use_detail, use_faults
from toggle_core.gates.model import Page
from toggle_core.gates.sandbox.job import Finished
from toggle_core.words import Outcome

_PORTS = range(20_000, 32_000)  # below those that the kernel gives to clients
_MOST_TRACEBACK_CHARACTERS = 3_000
_MOST_OUTPUT_CHARACTERS = 4_000


def check(context: Context) -> Judgement:
    """Start the program in the sandbox, with no terminal and nothing to read.

    The port is drawn, so that a program which listens there was really given it.
    """
    settings = context.settings
    options = {
        "entry": context.entry,
        "port": secrets.choice(_PORTS),
        "seconds": settings.start_seconds,
        "visits": settings.visits,
        "visit_seconds": settings.visit_seconds,
        "pages": settings.pages,
        "page_bytes": settings.page_bytes,
        "interface": (context.promises or {}).get("interface", {}),
    }
    seconds = settings.start_seconds + settings.visit_seconds
    with ThreadPoolExecutor(1, thread_name_prefix="browser") as pool:
        browsing = _Browsing(context, pool)
        done = context.run("start", seconds, options, on_rest=browsing.begin)
        return _judge_all(context, done, browsing)


@dataclass(slots=True)
class _Browsing:
    """The real browser, which opens the pages while a server is watched for some seconds more."""

    context: Context
    pool: ThreadPoolExecutor
    paths: list[str] | None = None
    future: "Future[Browsed | None] | None" = None

    def begin(self, report: Mapping[str, Any]) -> None:
        """Open what the program answered; once, however often it is called."""
        if self.paths is None:
            visited = report.get("visited", ())
            answered = [each for each in visited if each["status"] or each["body"]]
            pages = [
                Page(each["path"], each["status"], each["type"], each["body"]) for each in answered
            ]
            self.paths = _html_paths(pages[: self.context.settings.pages])
            self.future = self.pool.submit(copy_context().run, self._browse, self.paths)

    def result(self, paths: list[str]) -> Browsed | None:
        """Return what the browser showed of some pages; wait for it, if it was begun with them."""
        if self.future is None or paths != self.paths:
            return browse(self.context, paths)
        with self.context.clock.standing_still():
            return self.future.result()

    def _browse(self, paths: list[str]) -> Browsed | None:
        with self.context.clock.another_thread():
            return browse(self.context, paths)


def _judge_all(context: Context, done: Finished, browsing: _Browsing) -> Judgement:
    under_way = ((done.report or {}).get("used") or {}).get("under_way")
    if judged := unusual_end(done, f"`{under_way}`" if under_way else "The program"):
        return judged
    if done.report is None or "exit_code" not in done.report:
        return broken("The program's starter", done)
    judged = judge(context, done.report, done.output)
    if judged.outcome is not Outcome.PASSED:
        return judged
    return with_browser(judged, browsing.result(_html_paths(judged.pages)))


def with_browser(judged: Judgement, browsed: Browsed | None) -> Judgement:
    """Add what a real browser showed to a judgement of a program that passed without one."""
    if browsed is None:
        return judged
    detail = cut("\n".join([*browsed.faults, judged.detail, *browsed.detail()]))
    if browsed.faults:
        outcome, summary = Outcome.FAILED, browsed.faults[0]
    else:
        outcome, summary = Outcome.PASSED, f"{judged.summary} A real browser shows it."
    return replace(
        judged, outcome=outcome, summary=summary, detail=detail, pictures=browsed.pictures
    )


def _html_paths(pages: Sequence[Page]) -> list[str]:
    """Return the paths of pages that a browser shows."""
    shown = (page for page in pages if page.content_type == "text/html")
    return [page.path for page in shown if page.status < HTTPStatus.MULTIPLE_CHOICES]


def judge(context: Context, report: Mapping[str, Any], output: str) -> Judgement:
    """Judge how the program ended or what it answered.

    Args:
        context: the project.
        report: what the harness reported, see ``started``.
        output: what the program printed.
    """
    started = read_report(report, output)
    faults = list(_faults(context, started))
    if faults:
        outcome, summary = Outcome.FAILED, faults[0]
    elif lack := _lack(started):
        outcome, summary = Outcome.SKIPPED, lack
    else:
        outcome, summary = Outcome.PASSED, _what_it_did(started)
    detail = cut("\n".join(_detail(started, faults)))
    return Judgement(outcome, summary, detail, output, _pages(context, started))


def _faults(context: Context, started: Started) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong, the most telling first."""
    files, needs = context.files, started.needs
    if package := package_said_to_be_missing(started.texts, files, needs.imports):
        yield explain_missing(package)
    elif started.port is not None and not _ended_as_a_command(started):
        seconds = context.settings.start_seconds
        yield from server_faults(started, files, missing_keys(started), seconds)
        yield from use_faults(started.used, files)
    elif started.exit_code is None:
        yield _without_end(context, started)
    elif not (started.exit_code > 0 and not started.tracebacks and _lack(started)):
        yield from end_faults(started, files, context.entry)
        yield from use_faults(started.used, files)


def _ended_as_a_command(started: Started) -> bool:
    """Tell whether a program ended that nobody reached, or that tried a port of its own only."""
    if started.exit_code is None:
        return False
    own = started.port != started.given_port
    return not started.answered or (own and started.exit_code == 0)


def _without_end(context: Context, started: Started) -> str:
    seconds = round(context.settings.start_seconds)
    if started.needs.reads_input:
        return (
            f"It goes on waiting for someone to type, and there is nobody when it is checked (no "
            f"end within {seconds} seconds)."
        )
    return f"It neither ended nor opened a port within {seconds} seconds."


def _lack(started: Started) -> str:
    """Say what kept the program from showing what it can, empty if nothing did."""
    names = missing_keys(started)
    what = f"needs {join(names)}" if names else ""
    if not what and says_unnamed_key(started):
        what = "needs an API key"
    if not what and says_offline(started):
        what = "needs the internet"
    if not what:
        return ""
    how = "It ends at once, because it" if started.exit_code else "It starts, but"
    return f"{how} {what}, which the checks do not have: what depends on it could not be tried."


def _what_it_did(started: Started) -> str:
    if started.exit_code is None:
        number, is_page = len(started.visited), started.visited[0].page.content_type == "text/html"
        seen = (
            f"{count(number, 'page')} opened" if is_page else f"{count(number, 'request')} answered"
        )
        forms = started.used.forms
        sent = f", {count(forms, 'form')} sent in several ways," if forms else ""
        return f"It started as a server; {seen}{sent} without an error."
    tries = started.used.commands
    used = f" Started {count(tries, 'time')} with arguments, without an error." if tries else ""
    if started.changes:
        rest = len(started.changes) - 1
        more = f" and {count(rest, 'more file')}" if rest else ""
        return f"It ran, wrote {started.changes[0]}{more}, and ended well (exit code 0).{used}"
    return f"It ran and ended well (exit code 0).{used}"


def _pages(context: Context, started: Started) -> tuple[Page, ...]:
    answered = (each.page for each in started.visited if each.page.status or each.page.body)
    return tuple(answered)[: context.settings.pages]


def _detail(started: Started, faults: list[str]) -> Iterator[str]:
    yield from faults
    for each in started.visited:
        found = f" (linked from {each.found_on})" if each.found_on else ""
        what = each.fault or f"{each.page.status} {each.page.content_type}"
        yield f"GET {each.page.path} -> {what}{found}"
    if started.left:
        yield f"not asked for: {count(started.left, 'more link')}"
    for address, port in started.listening:
        yield f"listening on {address}, port {port}"
    if started.exit_code is not None:
        yield f"exit code {started.exit_code}"
    yield from (f"changed file: {name}" for name in started.changes)
    shown = [*started.tracebacks, *(text for each in started.visited for text in each.tracebacks)]
    yield from (text[:_MOST_TRACEBACK_CHARACTERS] for text in shown)
    yield from use_detail(started.used)
    if faults and started.exit_code is not None:
        yield started.output[-_MOST_OUTPUT_CHARACTERS:]
