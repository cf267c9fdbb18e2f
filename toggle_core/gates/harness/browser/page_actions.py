"""Use a page as a person does: click, type, press keys and drag, by visible label."""

import time
from pathlib import Path
from typing import Any

from .devtools import DevTools, Refused
from .elements import (
    CHECKED,
    TEXTS,
    Element,
    Point,
    attributes,
    click_point,
    find_box_beside,
    find_clickable,
    find_field,
    point_of,
)
from .keys import key_events
from .scripts import HOLDER, TYPED
from .tab import Tab

_SET_TYPES = ("date", "time", "datetime-local", "month", "week", "color", "range")
_YES, _NO = ("on", "yes", "true", "1", "checked"), ("off", "no", "false", "0", "")
_MOST_PLACES = 8  # where the pointer is moved to for something to appear
_DRAG_STEPS = 8
_TO_BE_CAUGHT = 0.4  # seconds until a drag of the page's own is reported

_CHOOSE = """function (label) {
  const plain = (text) => text.replace(/\\s+/g, " ").trim().toLowerCase();
  const words = (text) => plain(text.replace(/[^\\p{L}\\p{N}]+/gu, " "));
  const wanted = plain(label);
  const found = [...this.options].find((one) => plain(one.text) === wanted)
    || [...this.options].find((one) => one.value === label)
    || [...this.options].find((one) => words(one.text) === words(label));
  if (!found) return false;
  found.selected = true;
  this.dispatchEvent(new Event("input", { bubbles: true }));
  this.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}"""
_SET = """function (value) {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(this, value);
  this.dispatchEvent(new Event("input", { bubbles: true }));
  this.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}"""
_SELECT_ALL = """function () {
  if (this.select) this.select(); else getSelection().selectAllChildren(this);
  return true;
}"""
_CLICK = "function () { this.click(); return true; }"
_IS_CHECKED = """function () {
  return this.checked === undefined ? this.getAttribute("aria-checked") === "true" : this.checked;
}"""


class NotThere(Exception):
    """Nothing on the page has this label, or it cannot be used; the message says so."""


class PageActions:
    """Uses one page.

    Args:
        tools: the connection.
        tab: the page.
        folder: for files that are chosen in a field.
    """

    def __init__(self, tools: DevTools, tab: Tab, folder: Path) -> None:
        self._tools = tools
        self._tab = tab
        self._folder = folder

    def click(self, label: str) -> None:
        """Click on what has a label; where that does nothing, on the box that stands beside it.

        Raises:
            NotThere: nothing visible has it.
        """
        element = self._clickable(label)
        point = self._point(element, label)
        box = find_box_beside(self._tab, label) if element.role in TEXTS else None
        before = box and self._state(box)
        self._click_at(point)
        if box is not None and not box.disabled:
            self._tab.settle()
            if self._state(box) == before:
                self._switch(box)

    def type(self, label: str, value: str) -> None:
        """Put a value into a field: text, an option, a date, whether it is checked, a file's text.

        Raises:
            NotThere: there is no such field, or no such option.
        """
        element = find_field(self._tab, label)
        if element is None:
            raise NotThere(f"There is no field “{label[:100]}” on the page.")
        if element.disabled:
            raise NotThere(f"The field “{label[:100]}” is disabled.")
        found = attributes(self._tab, element)
        kind = found.get("type", "").casefold()
        if found.get("<tag>") == "select":
            if not self._call(element, _CHOOSE, value):
                raise NotThere(f"“{label[:100]}” has no option “{value[:100]}”.")
            self._call(element, TYPED, None)
        elif element.role in CHECKED:
            self._check(element, label, value)
        elif kind == "file":
            self._choose_file(element, value)
        elif kind in _SET_TYPES:
            self._call(element, _SET, value)
            self._call(element, TYPED, value)
        else:
            self._write(element, value)

    def press(self, key: str) -> None:
        """Press a key where the focus is.

        Raises:
            NotThere: there is no such key.
        """
        try:
            events = key_events(key)
        except ValueError as error:
            raise NotThere(str(error)) from error
        for event in events:
            self._tab.call("Input.dispatchKeyEvent", event)

    def drag(self, start: str, end: str) -> None:
        """Drag what has one label to what has another.

        Raises:
            NotThere: nothing visible has one of them.
        """
        target = self._clickable(end)
        source = self._clickable(start)
        begin = self._point(source, start)
        self._tab.call("Input.setInterceptDrags", {"enabled": True})
        try:
            self._mouse("mouseMoved", begin, button="none")
            self._mouse("mousePressed", begin)
            goal = point_of(self._tab, target) or begin
            self._tab.drag = None
            for step in range(1, _DRAG_STEPS + 1):
                share = step / _DRAG_STEPS
                place = Point(
                    begin.x + (goal.x - begin.x) * share, begin.y + (goal.y - begin.y) * share
                )
                if self._tab.drag is not None:
                    break
                # A page whose drag is caught answers the move only when the drag is over.
                self._post_mouse("mouseMoved", place)
                self._tools.pump(_TO_BE_CAUGHT / _DRAG_STEPS)
            self._drop(point_of(self._tab, target) or goal)
        finally:
            self._tab.call("Input.setInterceptDrags", {"enabled": False})

    def _drop(self, goal: Point) -> None:
        deadline = time.monotonic() + _TO_BE_CAUGHT
        while self._tab.drag is None and time.monotonic() < deadline:
            self._tools.pump(_TO_BE_CAUGHT / _DRAG_STEPS)
        if (data := self._tab.drag) is not None:
            for kind in ("dragEnter", "dragOver", "drop"):
                values = {"type": kind, "x": goal.x, "y": goal.y, "data": data}
                self._tab.call("Input.dispatchDragEvent", values)
        self._mouse("mouseReleased", goal)

    def _clickable(self, label: str) -> Element:
        element = find_clickable(self._tab, label) or self._under_pointer(label)
        if element is None:
            raise NotThere(f"There is nothing visible with the label “{label[:100]}”.")
        if element.disabled:
            raise NotThere(f"“{label[:100]}” is disabled.")
        return element

    def _under_pointer(self, label: str) -> Element | None:
        """Return what has a label and is shown while the pointer is where it belongs."""
        for number in range(_MOST_PLACES):
            node = self._tab.find_node(HOLDER, label, number)
            if node is None:
                return None
            place = point_of(self._tab, Element(node, "", label, disabled=False))
            if place is not None:
                self._mouse("mouseMoved", place, button="none")
                if found := find_clickable(self._tab, label):
                    return found
        return None

    def _point(self, element: Element, label: str) -> Point:
        point = click_point(self._tab, element)
        if point is None:
            raise NotThere(f"“{label[:100]}” cannot be clicked: it moves, or something covers it.")
        return point

    def _check(self, element: Element, label: str, value: str) -> None:
        wanted = value.strip().casefold()
        if wanted not in (*_YES, *_NO):
            raise NotThere(f"“{label[:100]}” is on or off, and not “{value[:100]}”.")
        if bool(self._call(element, _IS_CHECKED)) != (wanted in _YES):
            self._switch(element)

    def _switch(self, box: Element) -> None:
        """Click on a box; one that is out of sight is drawn by the page."""
        place = click_point(self._tab, box)
        if place is None:
            self._call(box, _CLICK)
        else:
            self._click_at(place)

    def _state(self, box: Element) -> tuple[Any, ...]:
        """Return whether a box is on, and the page as it is."""
        try:
            is_on = self._call(box, _IS_CHECKED)
        except Refused:
            is_on = None
        return is_on, self._tab.path(), self._tab.source()

    def _choose_file(self, element: Element, value: str) -> None:
        place = self._folder / "chosen.txt"
        place.write_text(value, encoding="utf-8")
        self._tab.call(
            "DOM.setFileInputFiles", {"files": [str(place)], "backendNodeId": element.node}
        )

    def _write(self, element: Element, value: str) -> None:
        """Replace a field's text as typing does: with the events of keys before and after it."""
        self._tab.call("DOM.focus", {"backendNodeId": element.node})
        self._call(element, _SELECT_ALL)
        if not value:
            self.press("Backspace")
        for number, line in enumerate(value.split("\n")):
            if number:
                self.press("Shift+Enter")
            if line:
                self._tab.call("Input.insertText", {"text": line})
        self._call(element, TYPED, value)
        for event in key_events("ArrowRight"):
            self._tab.call("Input.dispatchKeyEvent", event)

    def _click_at(self, point: Point) -> None:
        self._mouse("mouseMoved", point, button="none")
        self._mouse("mousePressed", point)
        self._mouse("mouseReleased", point)

    def _mouse(self, kind: str, point: Point, button: str = "left") -> None:
        self._tab.call("Input.dispatchMouseEvent", _mouse_event(kind, point, button))

    def _post_mouse(self, kind: str, point: Point) -> None:
        values = _mouse_event(kind, point, "left")
        self._tools.post("Input.dispatchMouseEvent", values, session=self._tab.session)

    def _call(self, element: Element, function: str, *arguments: str | None) -> Any:
        return self._tab.run_on(element.node, function, *arguments)


def _mouse_event(kind: str, point: Point, button: str) -> dict[str, Any]:
    held = int(button == "left" and kind != "mouseReleased")
    return {
        "type": kind,
        "x": point.x,
        "y": point.y,
        "button": button,
        "buttons": held,
        "clickCount": int(kind != "mouseMoved"),
    }
