"""Firefox, driven by WebDriver BiDi, which it serves itself: https://www.w3.org/TR/webdriver-bidi/.

Playwright drives only its own build of Firefox. What people use is the release.
"""

import contextlib
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.polling import eventually

SECONDS: Final = 180.0
"""For an answer of the browser; machines may be loaded."""

PREFERENCES: Final[Mapping[str, bool | int | str]] = {
    "app.normandy.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
}
"""Turns off background traffic. Settings that affect pages keep their defaults."""

CALL: Final = "async (given) => JSON.stringify((await ({function})(...JSON.parse(given))) ?? null)"
MIDDLE: Final = """(text) => {
  const holds = (each) => each.innerText && each.innerText.includes(text);
  const found = [...document.querySelectorAll("a, button, label, summary")].find(holds);
  if (!found || document.readyState !== "complete") return null;
  found.scrollIntoView({block: "center", behavior: "instant"});
  const box = found.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2].map(Math.round);
  return found.contains(document.elementFromPoint(x, y)) ? [x, y] : null;
}"""
"""Where a control with a text is in the window; null as long as it is not shown."""

ENTER: Final = "\ue007"
"""The key (https://www.w3.org/TR/webdriver2/, section 15.4.2)."""

IS_IN_A_FIELD: Final = "() => ['INPUT', 'TEXTAREA'].includes(document.activeElement.tagName)"

MOUSE: Final = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}


class BrowserError(Exception):
    """Firefox refused a command, or a script threw."""


def firefox_path() -> str:
    """The Firefox that ``make`` found or installed, or the one that the system has."""
    given = os.environ.get("TOGGLE_TEST_FIREFOX")
    found = given or shutil.which("firefox-esr") or shutil.which("firefox")
    assert found, "there is no Firefox: sh scripts/firefox.sh installs one"
    return found


class Firefox:
    """A running Firefox.

    Args:
        connection: to its BiDi server.
    """

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._numbers = itertools.count(1)

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        """Carry out a command and return its result.

        Raises:
            BrowserError: it was refused.
        """
        number = next(self._numbers)
        self._connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._connection.recv(timeout=SECONDS))
            if answer.get("id") == number:
                break
        if answer["type"] == "error":
            raise BrowserError(f"{answer['error']}: {answer['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def tabs(self) -> list["Tab"]:
        """All tabs."""
        found = self.send("browsingContext.getTree")["contexts"]
        return [Tab(self, each["context"]) for each in found]

    def new_tab(self) -> "Tab":
        """Open an empty tab."""
        return Tab(self, self.send("browsingContext.create", type="tab")["context"])

    def cookies(self, host: str, page: str = "") -> dict[str, Mapping[str, Any]]:
        """The cookies of a host, by name.

        Args:
            host: without a port.
            page: origin of the page around a frame: those that the frame's requests carry. Empty:
                all.
        """
        partition = {"type": "storageKey", "sourceOrigin": page}
        given = {"partition": partition} if page else {}
        found = self.send("storage.getCookies", **given)["cookies"]
        return {
            each["name"]: each
            for each in found
            if host == each["domain"] or f".{host}".endswith(f".{each['domain'].lstrip('.')}")
        }


class Tab:
    """A tab, or a frame in one.

    Args:
        browser: that has it.
        context: its id.
    """

    def __init__(self, browser: Firefox, context: str) -> None:
        self._browser = browser
        self.context = context

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tab) and other.context == self.context

    def __hash__(self) -> int:
        return hash(self.context)

    @property
    def url(self) -> str:
        """Its address."""
        return str(self._tree()["url"])

    def frames(self) -> list["Tab"]:
        """The frames in it, and in these."""
        found, open_ = [], list(self._tree()["children"])
        while open_:
            each = open_.pop(0)
            found.append(Tab(self._browser, each["context"]))
            open_ += each["children"] or ()
        return found

    def goto(self, address: str) -> None:
        """Load a page.

        Raises:
            BrowserError: it cannot be loaded.
        """
        self._send("browsingContext.navigate", url=address, wait="complete")

    def evaluate(self, function: str, *arguments: object) -> Any:
        """Call a function in the page, as if its viewer had just pressed something there.

        Args:
            function: its source; what it promises is waited for.
            arguments: that JSON can hold, as what it returns.

        Raises:
            BrowserError: it threw.
        """
        answer = self._browser.send(
            "script.callFunction",
            functionDeclaration=CALL.replace("{function}", function),
            arguments=[{"type": "string", "value": json.dumps(arguments)}],
            target={"context": self.context},
            awaitPromise=True,
            userActivation=True,
        )
        if answer["type"] == "exception":
            raise BrowserError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def text(self) -> str:
        """What its page shows."""
        return str(self.evaluate("() => document.body ? document.body.innerText : ''"))

    def press(self, text: str) -> None:
        """Press the first link or button with a text, by the mouse, once it is there."""
        x, y = eventually(lambda: self.evaluate(MIDDLE, text), seconds=SECONDS, pause=0.2)
        steps = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._send("input.performActions", actions=[{**MOUSE, "actions": steps}])

    def write(self, text: str) -> None:
        """Type into a field once it has the focus, and press Enter."""
        eventually(lambda: self.evaluate(IS_IN_A_FIELD), seconds=SECONDS, pause=0.2)
        keys = [
            {"type": kind, "value": each}
            for each in (*text, ENTER)
            for kind in ("keyDown", "keyUp")
        ]
        actions = [{"type": "key", "id": "keyboard", "actions": keys}]
        self._send("input.performActions", actions=actions)

    def _tree(self) -> dict[str, Any]:
        tree: dict[str, Any] = self._send("browsingContext.getTree", root=self.context)
        [found] = tree["contexts"]
        return dict(found)

    def _send(self, method: str, **parameters: object) -> dict[str, Any]:
        key = {} if "root" in parameters else {"context": self.context}
        return self._browser.send(method, **key, **parameters)


@contextlib.contextmanager
def firefox_in(folder: Path) -> Iterator[Firefox]:
    """Run Firefox, without a window, for the length of the block.

    Args:
        folder: empty, for its profile; it is its home, too, which it needs to run as root.
    """
    lines = (
        f"user_pref({json.dumps(key)}, {json.dumps(PREFERENCES[key])});" for key in PREFERENCES
    )
    (folder / "user.js").write_text("\n".join(lines), encoding="utf-8")
    process = subprocess.Popen(
        [firefox_path(), "--headless", "--remote-debugging-port=0", "--profile", str(folder)],
        env={**os.environ, "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with connect(_address(process, folder), max_size=None, open_timeout=SECONDS) as connection:
            browser = Firefox(connection)
            browser.send("session.new", capabilities={})
            yield browser
            with contextlib.suppress(ConnectionClosed):  # it may go before it answers
                browser.send("browser.close")
        process.wait(SECONDS)
    finally:
        process.kill()
        process.wait()


def _address(process: "subprocess.Popen[bytes]", folder: Path) -> str:
    """Where it serves BiDi: it writes that into its profile."""
    place = folder / "WebDriverBiDiServer.json"

    def found() -> str:
        assert process.poll() is None, "Firefox has ended"
        try:
            server = json.loads(place.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return ""
        return f"ws://{server['ws_host']}:{server['ws_port']}/session"

    return eventually(found, seconds=SECONDS, pause=0.1)
