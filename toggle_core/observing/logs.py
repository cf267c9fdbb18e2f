"""The log: one line an event on standard error, for people as text, for machines as JSON.

Whatever comes from outside stays inside of its line: control characters are escaped, and each line
of a traceback is marked. Secrets are masked, whoever logs them.
"""

import logging
import re
import sys
from collections.abc import Iterator
from typing import Any, Final

from pythonjsonlogger.json import JsonFormatter

from toggle_core.observing.context import REQUEST, RUN
from toggle_core.observing.secrets import Scrubber
from toggle_core.settings import Settings

CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Characters that end a line, move a terminal's cursor, or turn the direction of writing."""

CONSOLE: Final = logging.getLogger("toggle_core.console")
"""What a person who started the program reads: plain on standard output, or lines of the log."""

FIELDS: Final = (
    *("time", "level", "logger", "message", "run", "request", "method", "route", "status"),
    *("milliseconds", "stage", "gate", "outcome", "seconds", "traceback"),
)
"""Of a line in JSON, those it has. What libraries add beside is left out."""

IDS: Final = ("run", "request")
TRACEBACK_MARK: Final = "  | "


class Guarded(logging.Logger):
    """A logger whose lines pass through ours: Streamlit gives each of its own a handler."""

    def addHandler(self, hdlr: logging.Handler) -> None:  # noqa: N802  the name is logging's
        """Add a handler, unless it would write past our format and our mask."""
        if type(hdlr) is logging.StreamHandler:
            self.propagate = True
        else:
            super().addHandler(hdlr)


class WithIds(logging.Filter):
    """Adds to each line the run and the request that its thread or task works on."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a line."""
        record.run = getattr(record, "run", None) or RUN.get()
        record.request = getattr(record, "request", None) or REQUEST.get()
        return True


class TextLines(logging.Formatter):
    """Lines for people."""

    def __init__(self, scrubbed: Scrubber) -> None:
        super().__init__()
        self._scrubbed = scrubbed

    def format(self, record: logging.LogRecord) -> str:
        """The line, and below it the lines of a traceback."""
        ids = " ".join(f"{name}={value}" for name in IDS if (value := getattr(record, name, None)))
        head = f"{self.formatTime(record)} {record.levelname:<7} {record.name}"
        lines = [f"{head} [{ids}]: " if ids else f"{head}: "]
        lines[0] += on_one_line(record.getMessage())
        if record.exc_info:
            traceback = self.formatException(record.exc_info)
            lines += [TRACEBACK_MARK + on_one_line(line) for line in traceback.split("\n")]
        return self._scrubbed("\n".join(lines))


class JsonLines(JsonFormatter):
    """Lines for machines: an object each, with the ``FIELDS`` it has."""

    def __init__(self, scrubbed: Scrubber) -> None:
        names = {"levelname": "level", "name": "logger", "exc_info": "traceback"}
        super().__init__(["levelname", "name", "message"], rename_fields=names, timestamp="time")
        self._scrubbed = scrubbed

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Known fields only, in one order, without secrets."""
        found = super().process_log_record(log_data)
        return {
            name: self._scrubbed(value) if isinstance(value, str) else value
            for name in FIELDS
            if (value := found.get(name)) is not None
        }


def on_one_line(text: str) -> str:
    """The text with each control character written as its escape."""
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def configure_logging(settings: Settings) -> None:
    """Log to standard error: ours from INFO, what libraries say only from WARNING.

    Args:
        settings: of the process; they choose the format, and hold the secrets to be masked.
    """
    as_json = settings.log_format == "json"
    scrubbed = Scrubber(settings)
    handler = logging.StreamHandler()
    handler.addFilter(WithIds())
    handler.setFormatter(JsonLines(scrubbed) if as_json else TextLines(scrubbed))
    for logger in _with_handlers_of_their_own():
        logger.handlers.clear()
        logger.propagate = True
    logging.setLoggerClass(Guarded)
    root = logging.getLogger()
    root.handlers = [each for each in root.handlers if type(each) is not logging.StreamHandler]
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("toggle_core").setLevel(logging.INFO)
    logging.captureWarnings(as_json)
    if not as_json:
        plain = logging.StreamHandler(sys.stdout)
        plain.setFormatter(logging.Formatter("%(message)s"))
        CONSOLE.addHandler(plain)
        CONSOLE.propagate = False


def _with_handlers_of_their_own() -> Iterator[logging.Logger]:
    """Streamlit gives each of its loggers, and uvicorn's, a handler: past our format and mask."""
    for logger in tuple(logging.Logger.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger) and any(
            type(each) is logging.StreamHandler for each in logger.handlers
        ):
            yield logger
