"""What a real browser showed of a program's pages, and what went wrong on them."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toggle_core.gates.checks.context import Context, unusual_end
from toggle_core.gates.harness.browser.faults import (
    BLOCKED,
    CONSOLE,
    EXCEPTION,
    MISSING,
    OUTSIDE,
    Fault,
)
from toggle_core.gates.pictures import Picture
from toggle_core.gates.sandbox.job import End

_log = logging.getLogger(__name__)

_PROGRAM = "browser.visit"
_MOST_PAGES = 6
_SECONDS_A_PAGE = 5.0  # of processor time
_MOST_PATH_CHARACTERS = 80
_SENTENCES = {
    EXCEPTION: "A script on {page} fails in the browser: {text}",
    MISSING: "{page} needs {where}, which is not there ({text}).",
    OUTSIDE: "{page} needs {where} from another host, so it does not work without the internet.",
    BLOCKED: "The browser refuses a part of {page}: {text}",
    CONSOLE: "{page} reports an error to the browser's console: {text}",
}


@dataclass(frozen=True, slots=True)
class Browsed:
    """What a browser brought to light.

    Attributes:
        version: of the browser, such as ``156``.
        opened: pages that it opened.
        faults: a sentence for each thing that is wrong, the most telling first.
        pictures: of the front page.
    """

    version: str
    opened: int
    faults: tuple[str, ...]
    pictures: tuple[Picture, ...]

    def detail(self) -> Iterator[str]:
        """Yield the lines that say what was done."""
        yield f"opened in Chromium {self.version}: {self.opened}"
        yield from self.faults


def browse(context: Context, paths: Sequence[str]) -> Browsed | None:
    """Open pages of a program in a real browser.

    Args:
        context: the project.
        paths: of its pages, the front page first.

    Returns:
        None where there is no browser, or it could not be used.
    """
    browser = context.browser() if paths else None
    if browser is None:
        return None
    paths = list(dict.fromkeys(paths))[:_MOST_PAGES]
    seconds = context.settings.start_seconds
    options = {"entry": context.entry, "seconds": seconds, "paths": paths}
    limit = seconds + _SECONDS_A_PAGE * len(paths)
    done, pictures = context.run_with_browser(browser, _PROGRAM, limit, options)
    if done.report is None or done.end in (End.STOPPED, End.NOT_STARTED):
        if done.end is not End.STOPPED:
            _log.warning("pages could not be opened in a browser: %s %s", done.end, done.errors)
        return None
    pages = list(done.report["pages"])
    if under_way := done.report.get("under_way"):
        judged = unusual_end(done, "The program")
        why = judged.summary if judged else "The browser ended while it showed the page."
        pages.append({"path": under_way, "why": why, "faults": []})
    faults = [fault for page in pages for fault in _faults(page)]
    faults.sort(key=lambda fault: fault[0])
    sentences = tuple(dict.fromkeys(sentence for _, sentence in faults))
    return Browsed(browser.version, len(pages), sentences, pictures)


def _faults(page: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Yield a sentence for each fault of a page, with how much it tells, 0 the most."""
    path = str(page["path"])
    shown = path if len(path) <= _MOST_PATH_CHARACTERS else f"{path[:_MOST_PATH_CHARACTERS]}..."
    if page["why"]:
        yield 0, f"{shown} cannot be shown in a browser: {page['why']}"
    order = list(_SENTENCES)
    for told in page["faults"]:
        fault = Fault(*told)
        text = fault.text.strip().partition("\n")[0]
        values = {"page": shown, "text": text, "where": fault.where}
        yield 1 + order.index(fault.kind), _SENTENCES[fault.kind].format(**values)
