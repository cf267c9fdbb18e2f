"""One page of a browser: opened, read, photographed, and watched for what goes wrong on it."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple, NoReturn

from .devtools import DevTools, Refused, Unresponsive
from .fault_log import FaultLog
from .faults import HOST, Fault, is_elsewhere, path_of
from .scripts import READ, SOURCE
from .traffic import Traffic

_LOAD_SECONDS = 20.0
_ANSWER_SECONDS = 8.0  # for a page that computes
_SETTLE_SECONDS = 3.0  # for a page that never comes to rest
_LOOK_EVERY = 0.03  # seconds
_MOST_EVENTS = 2_000  # of each domain
_MOST_DIALOGS = 100
_MOST_SAID = 5  # dialogs whose words count as seen until something else is done
_MOST_SAID_CHARACTERS = 1_000


class PageFault(Exception):
    """A page cannot be used any more; the message says why, in a sentence."""


class Window(NamedTuple):
    """Size of a window in CSS pixels, and whether it is a phone's."""

    width: int
    height: int
    is_phone: bool


COMPUTER = Window(1280, 800, is_phone=False)
PHONE = Window(390, 844, is_phone=True)


class Tab:
    """One page.

    Args:
        tools: the connection.
        session: of this page.
        target: its number in the browser.

    Attributes:
        drag: what a person drags who began to in the page, None before.
    """

    def __init__(self, tools: DevTools, session: str, target: str) -> None:
        self.session = session
        self.target = target
        self.drag: Mapping[str, Any] | None = None
        self._tools = tools
        self._log = FaultLog()
        self._traffic = Traffic(self._log.note)
        self._events = {"Runtime": 0, "Log": 0, "Network": 0}
        self._dialogs = 0
        self._why_gone = ""
        self._said: list[str] = []
        self._handlers: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
            **self._log.handlers,
            **self._traffic.handlers,
            "Input.dragIntercepted": self._on_drag_intercepted,
            "Page.javascriptDialogOpening": self._on_javascript_dialog_opening,
            "Inspector.targetCrashed": self._on_target_crashed,
        }

    def begin(self, window: Window, user_agent: str) -> None:
        """Watch the page, which is still empty.

        Args:
            window: its size.
            user_agent: what the browser calls itself.
        """
        for domain in ("Page", "Runtime", "Network", "Log", "DOM"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setFocusEmulationEnabled", {"enabled": True})
        self.call("Network.setUserAgentOverride", {"userAgent": user_agent})
        self._traffic.frame = self.call("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self.call("Runtime.addBinding", {"name": self._log.binding})
        watch = {"source": self._log.script, "runImmediately": True}
        self.call("Page.addScriptToEvaluateOnNewDocument", watch)
        self.resize(window)

    def call(
        self, method: str, values: Mapping[str, Any] | None = None, seconds: float = _ANSWER_SECONDS
    ) -> dict[str, Any]:
        """Send a command for this page.

        Raises:
            PageFault: the page does not answer.
            Refused: the browser refuses it.
        """
        if self._why_gone:
            raise PageFault(self._why_gone)
        try:
            return self._tools.send(method, values, session=self.session, seconds=seconds)
        except Unresponsive as error:
            raise PageFault("The page computes without end, and does not react.") from error

    def open(self, port: int, path: str) -> None:
        """Go to an address of the program, and wait until it has loaded.

        One that leads on to another host ends there, where nothing is to be seen.

        Raises:
            PageFault: nothing opens there.
        """
        self._traffic.begin_navigation()
        answer = self.call(
            "Page.navigate", {"url": f"http://{HOST}:{port}{path}"}, seconds=_LOAD_SECONDS
        )
        if (error := answer.get("errorText")) and not is_elsewhere(self._traffic.address):
            raise PageFault(f"The page {path[:200]} did not open ({error}).")
        self.settle()

    def begin_action(self) -> None:
        """Note that something is about to be done.

        Requests of before are not waited for any more, and what dialogs said counts no more.
        """
        self._traffic.begin_action()
        self._said.clear()

    def settle(self) -> None:
        """Wait until a page that loads has loaded and no request of the last action is under way.

        One that was under way before, such as a long poll, is not waited for.
        """
        begun = time.monotonic()
        while True:
            self._tools.pump(_LOOK_EVERY)
            lasted = time.monotonic() - begun
            if self._traffic.is_loading:
                if lasted > _LOAD_SECONDS:
                    return  # it shows what it has
                continue
            if self._traffic.is_quiet or lasted > _SETTLE_SECONDS:
                return

    @property
    def status(self) -> int:
        """Status of the document's answer, 0 before there is one."""
        return self._traffic.status

    @property
    def is_waiting(self) -> bool:
        """Whether the program still owes the page an answer."""
        return self._traffic.is_waiting

    def path(self) -> str:
        """Return the address that the page has now, without the host where it is the program's."""
        history = self.call("Page.getNavigationHistory")
        return path_of(str(history["entries"][history["currentIndex"]]["url"]))

    def text(self) -> str:
        """Return what a reader sees of all frames and in dialogs, without what was typed.

        Of another host's page, which does not open here, it is nothing.
        """
        if is_elsewhere(self._traffic.address):
            return ""
        texts = [*self._said, *(self._evaluate(frame, READ) for frame in self.frames())]
        return "\n".join(filter(None, texts))

    def source(self) -> str:
        """Return the document as it is now, bounded."""
        return self._evaluate(self._traffic.frame, SOURCE)

    def frames(self) -> list[str]:
        """Return the numbers of all frames of the program, the page itself first."""

        def walk(tree: Mapping[str, Any]) -> list[str]:
            found = [str(tree["frame"]["id"])]
            return found + [each for child in tree.get("childFrames", ()) for each in walk(child)]

        return walk(self.call("Page.getFrameTree")["frameTree"])

    def resize(self, window: Window) -> None:
        """Give the window another size."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            {
                "width": window.width,
                "height": window.height,
                "deviceScaleFactor": 1,
                "mobile": window.is_phone,
            },
        )

    def picture(self) -> str:
        """Return what the window shows, as PNG in base64."""
        content: str = self.call(
            "Page.captureScreenshot", {"format": "png", "optimizeForSpeed": False}, _LOAD_SECONDS
        )["data"]
        return content

    def take_faults(self) -> list[Fault]:
        """Return what went wrong since the last time."""

        def read() -> str:
            with suppress(PageFault, Refused):
                return self.text()
            return ""

        return self._log.take(read)

    def see_event(self, name: str, values: Mapping[str, Any]) -> None:
        """Take note of an event of this page.

        Raises:
            PageFault: the page is gone, or floods the browser.
        """
        self._count(name.partition(".")[0])
        if handler := self._handlers.get(name):
            handler(values)

    def _count(self, domain: str) -> None:
        """Count an event, and switch off those of its domain where there are too many."""
        if domain not in self._events:
            return
        self._events[domain] += 1
        if self._events[domain] != _MOST_EVENTS:
            return
        self._tools.post(f"{domain}.disable", session=self.session)
        if domain == "Network":
            self._traffic.forget()
        elif domain == "Runtime":
            self._log.is_flooded = True
            binding = {"name": self._log.binding}
            self._tools.post("Runtime.addBinding", binding, session=self.session)

    def world(self, frame: str) -> int:
        """Return the number of a world of its own in a frame, the same until the page is left."""
        values = {"frameId": frame, "worldName": "reader"}
        return int(self.call("Page.createIsolatedWorld", values)["executionContextId"])

    def run_on(self, node: int, script: str, *arguments: Any) -> Any:
        """Run a function on a part of the page, where it can in a world of its own.

        Args:
            node: its number (``backendNodeId``).
            script: the function; ``this`` is the part.
            arguments: as JSON values.

        Raises:
            Refused: the part is gone.
        """
        try:
            world = {"executionContextId": self.world(self._traffic.frame)}
            found = self.call("DOM.resolveNode", {"backendNodeId": node, **world})["object"]
        except Refused:  # a part of another frame
            found = self.call("DOM.resolveNode", {"backendNodeId": node})["object"]
        answer = self.call(
            "Runtime.callFunctionOn",
            {
                "objectId": found["objectId"],
                "functionDeclaration": script,
                "arguments": [{"value": each} for each in arguments],
                "returnByValue": True,
            },
        )
        return answer["result"].get("value")

    def find_node(self, script: str, *arguments: Any) -> int | None:
        """Return the number of what a function finds in the page; None where it finds nothing."""
        found = self.call(
            "Runtime.callFunctionOn",
            {
                "executionContextId": self.world(self._traffic.frame),
                "functionDeclaration": script,
                "arguments": [{"value": each} for each in arguments],
            },
        )["result"]
        if "objectId" not in found:
            return None
        node = self.call("DOM.describeNode", {"objectId": found["objectId"]})["node"]
        return int(node["backendNodeId"])

    def _evaluate(self, frame: str, script: str) -> str:
        """Compute a text in a world of its own in a frame; empty where the frame is gone."""
        try:
            values = {
                "expression": script,
                "contextId": self.world(frame),
                "returnByValue": True,
            }
            found = self.call("Runtime.evaluate", values)
        except Refused:
            return ""
        return str(found.get("result", {}).get("value", ""))

    def _on_drag_intercepted(self, values: Mapping[str, Any]) -> None:
        self.drag = values["data"]

    def _on_javascript_dialog_opening(self, values: Mapping[str, Any]) -> None:
        self._dialogs += 1
        if len(self._said) < _MOST_SAID:
            self._said.append(str(values.get("message", ""))[:_MOST_SAID_CHARACTERS])
        if self._dialogs > _MOST_DIALOGS:
            self._end("The page opens dialogs without end.")
        answer = {"accept": True, "promptText": str(values.get("defaultPrompt", ""))}
        self._tools.post("Page.handleJavaScriptDialog", answer, session=self.session)

    def _on_target_crashed(self, _values: Mapping[str, Any]) -> None:
        self._end("The page used too much memory, or crashed.")

    def _end(self, why: str) -> NoReturn:
        self._why_gone = why
        raise PageFault(why)
