"""Find what a person would mean by a visible label, by the tree that screen readers use."""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from .devtools import Refused
from .labels import BESIDE
from .scripts import CENTER, FILE_FIELD, IS_HIT, SHOW
from .tab import Tab

_FIELDS = (
    *("textbox", "searchbox", "spinbutton", "combobox", "slider", "checkbox", "radio", "switch"),
    *("Date", "DateTime", "InputTime", "ColorWell"),
)
CHECKED = ("checkbox", "radio", "switch")
"""Roles of what is on or off."""

_WRITTEN = ("textbox", "searchbox", "spinbutton", "TextField")
# A button is a field only where it chooses a file.
_TYPED = frozenset((*_FIELDS, "listbox", "button"))
_CLICKED = frozenset(
    (
        *_FIELDS,
        *("button", "link", "tab", "option", "treeitem", "gridcell", "DisclosureTriangle"),
        *("menuitem", "menuitemcheckbox", "menuitemradio"),
    )
)
TEXTS = frozenset(("StaticText", "img", "image", "heading", "cell", "listitem", "LabelText"))
"""Roles of what only shows something."""

_ATTRIBUTES = ("id", "name", "placeholder", "title", "aria-label", "data-placeholder")
_MOVES_WITHIN = 0.05  # seconds between two looks at a place
_MOST_LOOKS = 12
_NO_BOX = 4  # numbers of a quad are eight; fewer are none


class Element(NamedTuple):
    """Something on a page.

    Attributes:
        node: its number in the document (``backendNodeId``).
        role: as screen readers name it.
        name: its label.
        disabled: whether it cannot be used now.
        description: what it shows beside its label, such as a tip.
        is_editable: whether it is text of the page that can be written in.
    """

    node: int
    role: str
    name: str
    disabled: bool
    description: str = ""
    is_editable: bool = False


class Point(NamedTuple):
    """A place in the window, in CSS pixels."""

    x: float
    y: float


def find_clickable(tab: Tab, label: str) -> Element | None:
    """Return what a click on a label means: a control of that name, else what shows the words."""
    there = list(_elements(tab))
    controls = [each for each in there if each.role in _CLICKED]
    texts = [each for each in there if each.role in TEXTS]
    found = [*_named(controls, label), *_named(texts, label)]
    free = (each for each in found if click_point(tab, each))
    return next(free, None) or _visible(tab, found)


def find_field(tab: Tab, label: str) -> Element | None:
    """Return the field with a label, or with that name where no label is like it."""
    fields = [each for each in _elements(tab) if each.role in _TYPED or each.is_editable]
    if found := _visible(tab, _named(fields, label)):
        return found
    by_attribute = (
        each._replace(name=value)
        for each in fields
        for name, value in attributes(tab, each).items()
        if name in _ATTRIBUTES
    )
    if found := _visible(tab, _named(list(by_attribute), label)):
        return found
    # Boxes are often drawn by the page, with the real one out of sight; so are fields for files.
    if found := next(iter(_named([each for each in fields if each.role in CHECKED], label)), None):
        return found
    node = tab.find_node(FILE_FIELD, label)
    if node is not None:
        return Element(node, "button", label, disabled=False)
    return _beside(tab, fields, label, boxes_only=False)


def find_box_beside(tab: Tab, label: str) -> Element | None:
    """Return what is on or off and stands beside a label that is not connected with it."""
    fields = [each for each in _elements(tab) if each.role in CHECKED]
    return _beside(tab, fields, label, boxes_only=True)


def _beside(tab: Tab, fields: list[Element], label: str, *, boxes_only: bool) -> Element | None:
    node = tab.find_node(BESIDE, label, boxes_only)
    if node is None:
        return None
    # A box that is not shown itself, but drawn, is none of the fields.
    return next(
        (each for each in fields if each.node == node),
        Element(node, "checkbox", label, disabled=False),
    )


def attributes(tab: Tab, element: Element) -> dict[str, str]:
    """Return the attributes of an element, and its tag as ``<tag>``."""
    try:
        node = tab.call("DOM.describeNode", {"backendNodeId": element.node})["node"]
    except Refused:
        return {}
    flat = node.get("attributes", [])
    return {
        "<tag>": str(node["nodeName"]).lower(),
        **dict(zip(flat[::2], flat[1::2], strict=True)),
    }


def point_of(tab: Tab, element: Element, script: str = SHOW) -> Point | None:
    """Scroll to an element, and return a place on it; None where it cannot be seen."""
    try:
        tab.run_on(element.node, script)
        quads = tab.call("DOM.getContentQuads", {"backendNodeId": element.node})["quads"]
    except Refused:
        return None
    for quad in quads:
        across, down = quad[::2], quad[1::2]
        if max(across) - min(across) >= 1 and max(down) - min(down) >= 1:
            return Point(sum(across) / _NO_BOX, sum(down) / _NO_BOX)
    return None


def click_point(tab: Tab, element: Element) -> Point | None:
    """Return a place on an element at which a click reaches it, once it does not move any more.

    None where it cannot be seen, or something covers it.
    """
    for script in (SHOW, CENTER):
        before, point = None, point_of(tab, element, script)
        for _ in range(_MOST_LOOKS):
            if point is None or point == before:
                break
            time.sleep(_MOVES_WITHIN)
            before, point = point, point_of(tab, element)
        if point is None:
            return None
        if _is_hit(tab, element, point):
            return point
    return None


def _is_hit(tab: Tab, element: Element, point: Point) -> bool:
    try:
        return bool(tab.run_on(element.node, IS_HIT, point.x, point.y))
    except Refused:
        return False


def _elements(tab: Tab) -> Iterator[Element]:
    for frame in tab.frames():
        try:
            nodes = tab.call("Accessibility.getFullAXTree", {"frameId": frame})["nodes"]
        except Refused:
            continue
        inside = _inside_fields(nodes)
        for node in nodes:
            is_shown = not node.get("ignored") and "backendDOMNodeId" in node
            if is_shown and node["nodeId"] not in inside:
                yield _element(node)


def _inside_fields(nodes: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Return the numbers of nodes inside of fields: what was typed is no label."""
    children = {node["nodeId"]: node.get("childIds", ()) for node in nodes}
    left = [
        child
        for node in nodes
        if node.get("role", {}).get("value") in _WRITTEN
        for child in children[node["nodeId"]]
    ]
    found: set[str] = set()
    while left:
        if (one := left.pop()) not in found:
            found.add(one)
            left += children.get(one, ())
    return frozenset(found)


def _element(node: Mapping[str, Any]) -> Element:
    properties = {
        each["name"]: each.get("value", {}).get("value") for each in node.get("properties", ())
    }
    return Element(
        int(node["backendDOMNodeId"]),
        str(node.get("role", {}).get("value", "")),
        str(node.get("name", {}).get("value", "")),
        bool(properties.get("disabled")),
        str(node.get("description", {}).get("value", "")),
        properties.get("editable") == "richtext" and bool(properties.get("focusable")),
    )


def _named(elements: list[Element], label: str) -> list[Element]:
    """Return the elements of a label, those first that have it exactly, then as whole words."""
    wanted = _plain(label)
    exact = [each for each in elements if wanted in (_plain(each.name), _plain(each.description))]
    words = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)")
    parts = [each for each in elements if each not in exact and words.search(_plain(each.name))]
    return exact + sorted(parts, key=lambda each: len(each.name))


def _visible(tab: Tab, elements: list[Element]) -> Element | None:
    return next((each for each in elements if point_of(tab, each)), None)


def _plain(text: str) -> str:
    """Return a label as it is compared: without case, signs at its end, and spaces around."""
    return re.sub(r"\s+", " ", text).strip().rstrip(":*… ").casefold()
