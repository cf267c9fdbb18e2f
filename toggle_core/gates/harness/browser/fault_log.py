"""What went wrong on a page so far, also what the page keeps from the browser's console.

An exception that a page's ``window.onerror`` answers with ``true``, or that a listener of the page
cancels, is not reported by the browser. A script that runs before those of the page reports these,
and every other exception, through a function of the browser (``Runtime.addBinding``) that it takes
out of the page's reach. It goes on when events of the console are switched off.
"""

import json
import os
from collections.abc import Callable, Mapping
from typing import Any

from .faults import (
    EXCEPTION,
    Fault,
    bounded,
    console_fault,
    exception_fault,
    log_fault,
    path_of,
)

_MOST_FAULTS = 10  # of each kind
_MOST_REPORTS = 20  # of one document

# Errors that a page throws itself, for its own handler to show, are its way to work; those of the
# language are mistakes, except that what was not to be reached or read is none.
_WATCH = """((name) => {
  const tell = globalThis[name];
  delete globalThis[name];
  if (typeof tell !== "function") return;
  const mistakes = [ReferenceError, TypeError, RangeError, SyntaxError];
  const usual = /JSON|^Failed to fetch|^NetworkError/;
  const { apply } = Reflect, write = JSON.stringify, later = setTimeout;
  const prevented = Object.getOwnPropertyDescriptor(Event.prototype, "defaultPrevented").get;
  let left = MOST;
  const look = (event, error, where) => {
    if (!event.isTrusted) return;
    let text = "", mistake = false;
    try {
      mistake = mistakes.some((kind) => error instanceof kind) && !usual.test(error.message);
      text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    } catch {
      text = "An exception.";
    }
    later(() => {
      const hidden = apply(prevented, event, []);
      if (left <= 0 || (hidden && !mistake)) return;
      left -= 1;
      tell(write({ text: text.slice(0, 1000), where, hidden }));
    });
  };
  addEventListener("error", (event) => {
    if (event instanceof ErrorEvent)
      look(event, event.error ?? event.message, [event.filename, event.lineno]);
  }, true);
  addEventListener("unhandledrejection", (event) => look(event, event.reason, ["", 0]), true);
})""".replace("MOST", str(_MOST_REPORTS))


class FaultLog:
    """Notes the faults of one page, the first ``_MOST_FAULTS`` of each kind.

    Attributes:
        binding: name of the function through which the script reports.
        script: to run in each document before those of the page.
        is_flooded: whether events of the console are switched off, so that the script's reports
            stand for them.
        handlers: of events, by name.
    """

    def __init__(self) -> None:
        self.binding = f"_{os.urandom(8).hex()}"
        self.script = f'{_WATCH}("{self.binding}")'
        self.is_flooded = False
        self._faults: list[Fault] = []
        self._hidden: list[Fault] = []
        self.handlers: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
            "Runtime.exceptionThrown": lambda values: self.note(exception_fault(values)),
            "Runtime.consoleAPICalled": lambda values: self.note(console_fault(values)),
            "Runtime.bindingCalled": self._on_binding_called,
            "Log.entryAdded": lambda values: self.note(log_fault(values)),
        }

    def note(self, fault: Fault | None) -> None:
        """Note a fault, unless it is known or there are too many."""
        if fault is None or fault in self._faults:
            return
        if sum(each.kind == fault.kind for each in self._faults) < _MOST_FAULTS:
            self._faults.append(fault)

    def take(self, read: Callable[[], str]) -> list[Fault]:
        """Return what went wrong since the last time.

        Args:
            read: returns what the page shows. An exception whose message it shows is not hidden:
                that is how a page works on which people try code.
        """
        hidden, self._hidden = self._hidden, []
        shown = " ".join(read().split()) if hidden else ""
        for fault in hidden:
            if fault.text.partition(": ")[2] not in shown:
                self.note(fault)
        faults, self._faults = self._faults, []
        return faults

    def _on_binding_called(self, values: Mapping[str, Any]) -> None:
        if values.get("name") != self.binding:
            return
        try:
            told = json.loads(str(values.get("payload")))
            (file, line), is_hidden = told["where"], bool(told["hidden"])
            where = f"{path_of(str(file))}:{line}" if file else ""
            fault = Fault(EXCEPTION, bounded(str(told["text"])), where)
        except (ValueError, TypeError, KeyError, RecursionError):
            return  # a page that found the function after a flood called it
        if is_hidden and len(self._hidden) < _MOST_FAULTS:
            self._hidden.append(fault)
        elif not is_hidden and self.is_flooded:
            self.note(fault)
