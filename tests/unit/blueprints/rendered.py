"""Every blueprint, rendered with usual and with hostile values, as the tests look at them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toggle_core.builders.blueprints.builder import render
from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.builders.blueprints.manifest import Blueprint
from toggle_core.builders.protocol import Project

HOSTILE = (
    "\"; import os #' \\ {{x}} {% raw %} {0} $title </script><b>&amp; \u202etxt\u202c "
    "مرحبا 👩\u200d🍳 `c` [a](javascript:b) *|~\r\nx\x00\u2028\t=1+1"
)
TEXTS = {
    "quotes": "\"'\"\"\"'''",
    "backslashes": "\\\\n\\x41\\",
    "braces": "{{ 7*7 }}{% if %}{0}{name}${x}",
    "html": "</title></script><script>alert(1)</script><!--",
    "lines": "one\ntwo\r\nthree\u2028four\x85five\x0csix",
    "right-to-left": "\u202eevil\u202c שלום \u2066x\u2069",
    "emoji": "👩\u200d🍳🏳️\u200d🌈" * 20,
    "wide": "図" * 200,
    "long": "A very long name " * 600,
    "blank": " \t\n",
    "control": "".join(map(chr, range(32))) + "\x7f\ufeff\u200b",
    "surrogates": "a\ud800b",
}


@dataclass(frozen=True)
class Case:
    """A project to be looked at, and what it was made from."""

    label: str
    blueprint: Blueprint
    interface: str
    project: Project

    @property
    def is_server(self) -> bool:
        """Whether it answers on a port instead of ending by itself."""
        return self.interface == "web"

    def write(self, root: Path) -> Path:
        """Write its files into a folder of its own and return that."""
        folder = root / self.label
        for name, text in self.project.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder


def variants() -> Iterator[tuple[Blueprint, str]]:
    """List every blueprint with each of its interfaces."""
    for blueprint in catalogue().blueprints:
        for interface in blueprint.interfaces:
            yield blueprint, interface


def usual_cases() -> list[Case]:
    """Render every variant with its defaults."""
    return [
        Case(
            f"{blueprint.name}-{interface}",
            blueprint,
            interface,
            render(blueprint.name, {"interface": interface}),
        )
        for blueprint, interface in variants()
    ]


def hostile_cases() -> list[Case]:
    """Render every variant with names and lists meant to do harm."""
    return [
        Case(
            f"{blueprint.name}-{interface}-hostile",
            blueprint,
            interface,
            render(blueprint.name, {"interface": interface, **hostile_values(blueprint, HOSTILE)}),
        )
        for blueprint, interface in variants()
    ]


def hostile_values(blueprint: Blueprint, text: str) -> dict[str, Any]:
    """Put a text wherever a blueprint takes one."""
    lists = (text, "class", "id", "ß ü", "1st", text)
    questions = ((text, text, "no"), (f"Or {text[:50]}", "Right.", "you said", f"<i>{text[:50]}"))
    values = {"name": text, "fact": text, "list": lists, "several": lists, "questions": questions}
    return {each.name: values[each.kind] for each in blueprint.parameters if each.kind in values}
