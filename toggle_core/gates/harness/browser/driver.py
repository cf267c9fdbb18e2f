"""Drive a browser for a program that runs in another sandbox.

This process is the first of its sandbox, whose network is its own and empty. It listens where the
program listens in *its* network, and hands the listening socket over: whoever holds it accepts the
browser's connections and relays them. The browser reaches nothing else.
"""

import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..shield import hide_memory
from ..task import Channel, Task
from .chromium import start_chromium
from .devtools import BrowserGone, DevTools, Refused, Unresponsive
from .faults import HOST
from .memory import MemoryGuard
from .message_socket import Closed, MessageSocket
from .page_actions import NotThere, PageActions
from .tab import COMPUTER, PHONE, PageFault, Tab

_FIRST_ANSWER_SECONDS = 60.0  # for a browser to start, on a busy machine
_BACKLOG = 128
_MOST_PICTURES = 16
_MOST_PICTURE_CHARACTERS = 400 * 1024 * 4 // 3  # in base64
_MOST_PAGES = 20  # that pages may open by themselves


def run(task: Task, channel: Channel) -> None:
    """Carry out what the program's side asks for, until it is gone; report the pictures.

    ``options``: ``browser``, path of the executable, relative to the tools; ``control``, descriptor
    of the socket to the program's side; None: only report that the browser starts.
    """
    hide_memory()
    folder = Path("/tmp/browser")  # noqa: S108  a file system of this sandbox's own
    folder.mkdir()
    with start_chromium(task.tools / task.options["browser"], folder) as running:
        driver = Driver(running.reading, running.writing, folder, channel)
        driver.begin()
        if task.options["control"] is not None:
            with suppress(Closed):
                driver.serve(MessageSocket(task.options["control"]))


class Person:
    """One person at the browser, with cookies of their own.

    Attributes:
        context: number of the browser's context.
        tab: the page that the person looks at.
    """

    def __init__(self, context: str, tab: Tab) -> None:
        self.context = context
        self.tab = tab


class Driver:
    """One browser, and everybody at it.

    Args:
        reading: descriptor on which the browser answers.
        writing: descriptor on which it is sent commands.
        folder: of its profile.
        channel: to the supervisor.
    """

    def __init__(self, reading: int, writing: int, folder: Path, channel: Channel) -> None:
        self._memory = MemoryGuard()
        self._tools = DevTools(reading, writing, self._see_event, self._memory.look)
        self._folder = folder
        self._channel = channel
        self._people: dict[str, Person] = {}
        self._tabs: dict[str, Tab] = {}
        self._opened: dict[str, str] = {}
        self._opened_ever = 0
        self._listening: socket.socket | None = None
        self._port = 0
        self._pictures: list[dict[str, Any]] = []
        self._version = ""
        self._user_agent = ""

    def begin(self) -> None:
        """Wait until the browser answers, and report which it is."""
        found = self._tools.send("Browser.getVersion", seconds=_FIRST_ANSWER_SECONDS)
        self._version = str(found.get("product", ""))
        self._user_agent = str(found.get("userAgent", "")).replace("HeadlessChrome", "Chrome")
        self._tools.send("Target.setDiscoverTargets", {"discover": True})
        self._report()

    def serve(self, messages: MessageSocket) -> None:
        """Carry out commands until nobody sends any more.

        Raises:
            Closed: that is so.
        """
        while True:
            while not self._tools.wait_for(messages):
                with suppress(PageFault):
                    self._tools.pump(0)
            command, _ = messages.receive()
            answer, descriptors = self._carry_out(command)
            messages.send(answer, descriptors)

    def _carry_out(self, command: Mapping[str, Any]) -> tuple[dict[str, Any], list[int]]:
        """Carry out one command; return the answer, and what is handed over with it."""
        name = str(command.get("do"))
        try:
            if name == "listen":
                return {"done": True}, [self._listen(int(command["port"]))]
            found = self._actions()[name](command)
        except NotThere as error:
            return {"fault": str(error), **self._new_faults(command)}, []
        except PageFault as error:
            faults = self._new_faults(command)
            self._give_up(command)
            return {"fault": str(error), "dead": True, **faults}, []
        except Refused as error:
            return {"fault": f"The page changed while it was used ({error})."}, []
        except (BrowserGone, Unresponsive) as error:
            raise Closed(str(error)) from error  # the next promise gets another browser
        return {"done": True, **(found or {}), **self._new_faults(command)}, []

    def _actions(self) -> dict[str, Callable[[Mapping[str, Any]], dict[str, Any] | None]]:
        return {
            "open": self._open,
            "click": lambda command: self._use(command, lambda page: page.click(command["label"])),
            "type": lambda command: self._use(
                command, lambda page: page.type(command["label"], command["value"])
            ),
            "press": lambda command: self._use(command, lambda page: page.press(command["key"])),
            "drag": lambda command: self._use(
                command, lambda page: page.drag(command["from"], command["to"])
            ),
            "look": self._look,
            "picture": self._take_pictures,
            "cookies": self._set_cookies,
            "forget": self._forget,
        }

    def _listen(self, port: int) -> int:
        """Listen on a port, and on no other any more; the descriptor is the receiver's."""
        self._forget({})
        self._listening = socket.socket()
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listening.bind((HOST, port))
        self._listening.listen(_BACKLOG)
        self._port = port
        return self._listening.fileno()

    def _forget(self, _command: Mapping[str, Any]) -> None:
        """Close all pages with their cookies, and listen no more."""
        for person in self._people.values():
            self._close(person)
        self._people.clear()
        self._tabs.clear()
        self._opened.clear()
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    def _give_up(self, command: Mapping[str, Any]) -> None:
        """Close the page of a person that cannot be used any more."""
        person = self._people.pop(str(command.get("who", "")), None)
        if person is not None:
            self._close(person)

    def _close(self, person: Person) -> None:
        with suppress(Refused, Unresponsive, PageFault):
            values = {"browserContextId": person.context}
            self._tools.send("Target.disposeBrowserContext", values)

    def _person(self, command: Mapping[str, Any]) -> Person:
        name = str(command.get("who", ""))
        if name not in self._people:
            made = self._tools.send("Target.createBrowserContext", {"disposeOnDetach": True})
            context = str(made["browserContextId"])
            values = {"behavior": "deny", "browserContextId": context}
            self._tools.send("Browser.setDownloadBehavior", values)
            allowed = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
            self._tools.send("Browser.grantPermissions", {**allowed, "browserContextId": context})
            target = self._tools.send(
                "Target.createTarget", {"url": "about:blank", "browserContextId": context}
            )
            self._people[name] = Person(context, self._attach(str(target["targetId"])))
        return self._people[name]

    def _attach(self, target: str) -> Tab:
        values = {"targetId": target, "flatten": True}
        session = str(self._tools.send("Target.attachToTarget", values)["sessionId"])
        tab = self._tabs[session] = Tab(self._tools, session, target)
        tab.begin(COMPUTER, self._user_agent)
        return tab

    def _open(self, command: Mapping[str, Any]) -> dict[str, Any]:
        tab = self._person(command).tab
        tab.begin_action()
        tab.open(self._port, str(command["path"]))
        return {"status": tab.status}

    def _use(self, command: Mapping[str, Any], use: Callable[[PageActions], None]) -> None:
        person = self._person(command)
        person.tab.begin_action()
        use(PageActions(self._tools, person.tab, self._folder))
        person.tab.settle()
        self._follow_new_page(person)

    def _follow_new_page(self, person: Person) -> None:
        """Look at the page that a click has opened beside the one before, as a browser does."""
        mine = [new for new, opener in self._opened.items() if opener == person.tab.target]
        for target in mine:
            del self._opened[target]
        if mine:
            with suppress(Refused):
                person.tab = self._attach(mine[-1])
                person.tab.settle()

    def _look(self, command: Mapping[str, Any]) -> dict[str, Any]:
        tab = self._person(command).tab
        self._tools.pump(0)
        return {
            "text": tab.text(),
            "html": tab.source() if command.get("source") else "",
            "path": tab.path(),
            "status": tab.status,
            "waiting": tab.is_waiting,
        }

    def _set_cookies(self, command: Mapping[str, Any]) -> None:
        tab = self._person(command).tab
        for name, value in command["cookies"].items():
            values = {"name": name, "value": value, "url": f"http://{HOST}:{self._port}/"}
            tab.call("Network.setCookie", values)

    def _take_pictures(self, command: Mapping[str, Any]) -> None:
        """Keep what a person sees, as wide as on a computer and as narrow as on a phone."""
        tab, name = self._person(command).tab, str(command.get("name", ""))
        path = tab.path()
        for window in (PHONE, COMPUTER):  # last the one that the next step uses
            tab.resize(window)
            tab.settle()
            content = tab.picture() if len(self._pictures) < _MOST_PICTURES else ""
            if 0 < len(content) <= _MOST_PICTURE_CHARACTERS:
                picture = {"promise": name, "path": path, "width": window.width}
                self._pictures.append({**picture, "content": content})
        self._report()

    def _report(self) -> None:
        self._channel.report({"version": self._version, "pictures": self._pictures})

    def _new_faults(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """Return what went wrong on a person's page since the last command."""
        person = self._people.get(str(command.get("who", "")))
        if person is None:
            return {}
        faults = [list(each) for each in person.tab.take_faults()]
        return {"faults": faults} if faults else {}

    def _see_event(self, session: str, name: str, values: Mapping[str, Any]) -> None:
        if name == "Target.targetCreated":
            self._see_new_page(values["targetInfo"])
        elif tab := self._tabs.get(session):
            tab.see_event(name, values)

    def _see_new_page(self, page: Mapping[str, Any]) -> None:
        """Remember a page that another one has opened; close it where there are too many."""
        opener = page.get("openerId")
        if page.get("type") != "page" or not opener:
            return
        self._opened_ever += 1
        if self._opened_ever > _MOST_PAGES:
            self._tools.post("Target.closeTarget", {"targetId": page["targetId"]})
        else:
            self._opened[str(page["targetId"])] = str(opener)
