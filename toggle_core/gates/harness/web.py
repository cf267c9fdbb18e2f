"""Read the pages and scripts of a project: what a browser refuses, misses, or loads from elsewhere.

Nothing is executed. The same grammar reads JavaScript on every machine; where a page needs a file
of another host, nobody can tell without the internet whether it works.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from .web_hosts import OtherHosts, host_of
from .web_page import Page, Script, read_page

_SCRIPT_ENDINGS = (".js", ".mjs", ".cjs", ".jsx")
_TYPESCRIPT_ENDINGS = (".ts", ".tsx", ".vue", ".svelte")
_HOOK = re.compile(r"use[A-Z]\w*")
_MOST = 50


@dataclass(slots=True)
class Findings:
    """What was found, each as ``path:line: sentence``.

    Attributes:
        syntax: what a browser cannot read.
        mistakes: what it reads and cannot do.
        hosts: files of other hosts that a page needs.
        named: other addresses, which a page goes on without.
    """

    syntax: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, list[str]]:
        """The same for the report, each list without repetitions and bounded."""
        lists = {name: getattr(self, name) for name in ("syntax", "mistakes", "hosts", "named")}
        return {name: list(dict.fromkeys(lines))[:_MOST] for name, lines in lists.items()}


def read_project(files: Mapping[str, str], pages: Mapping[str, str]) -> Findings:
    """Read pages and scripts.

    Args:
        files: text of each project file by its path.
        pages: texts of pages by their path.
    """
    return _Project(dict(files), dict(pages)).findings()


@dataclass(slots=True)
class _Read:
    """One script of the project, read.

    Attributes:
        place: the path of its file or page.
        offset: lines before it in that file.
        names: what was found in it.
    """

    place: str
    offset: int
    names: Any


class _Project:
    """The pages and scripts of one project."""

    def __init__(self, files: dict[str, str], pages: dict[str, str]) -> None:
        # Loaded late: the folder of the tools has to be on the path before.
        from .web_script import read_script  # noqa: PLC0415

        self._files = files
        self._pages = {name: read_page(text) for name, text in sorted(pages.items())}
        self._found = Findings()
        self._hosts = OtherHosts()
        self._scripts = {
            name: _Read(name, 0, read_script(text))
            for name, text in sorted(files.items())
            if name.endswith(_SCRIPT_ENDINGS)
        }
        self._inline = [
            (script, _Read(name, script.line - 1, read_script(script.text)))
            for name, page in self._pages.items()
            for script in page.scripts
            if script.is_javascript and script.text.strip() and not script.is_templated
        ]
        self._read_script = read_script

    def findings(self) -> Findings:
        """Everything that was found."""
        for name, page in self._pages.items():
            self._judge_page(name, page)
        for read in self._scripts.values():
            self._judge_syntax(read)
        for script, read in self._inline:
            self._judge_syntax(read)
            self._judge_kind(script, read)
        self._judge_names()
        self._hosts.add_python(self._files)
        for name, text in self._files.items():
            if name.endswith(".css"):
                self._hosts.add_styles(name, text)
        self._found.hosts, self._found.named = self._hosts.needed, self._hosts.named
        return self._found

    def _judge_page(self, name: str, page: Page) -> None:
        for what, line in page.unclosed:
            self._found.syntax.append(f"{name}:{line}: {what} is never closed")
        for script in page.scripts:
            if host_of(script.source):
                self._hosts.add(name, script.line, script.source)
            elif script.source and (read := self._script_at(script.source)):
                self._judge_kind(script, read)
            if script.source.partition("?")[0].endswith(_TYPESCRIPT_ENDINGS):
                sentence = "no browser runs it without a build step, and there is none"
                self._found.mistakes.append(f"{name}:{script.line}: {script.source}: {sentence}")
        for address in page.stylesheets:
            self._hosts.add(name, 1, address)
        for address in page.others:
            self._hosts.add(name, 1, address, needed=False)
        for text in page.styles:
            self._hosts.add_styles(name, text)

    def _script_at(self, source: str) -> _Read | None:
        """The script of the project that a page names: by its path, or by its last part."""
        path = source.partition("?")[0].partition("#")[0]
        last = PurePosixPath(path).name
        alike = [read for name, read in self._scripts.items() if PurePosixPath(name).name == last]
        return alike[0] if len(alike) == 1 else None

    def _judge_kind(self, script: Script, read: _Read) -> None:
        names = read.names
        place = f"{read.place}:{read.offset + 1}"
        if names.has_jsx and not script.is_compiled_in_page:
            self._found.syntax.append(
                f"{place}: JSX, which no browser runs without a build step, and there is none"
            )
        if names.is_module and not (script.is_module or script.is_compiled_in_page):
            self._found.syntax.append(
                f'{place}: import and export work in a script with type="module" only'
            )

    def _judge_syntax(self, read: _Read) -> None:
        for line, sentence in read.names.faults:
            self._found.syntax.append(f"{read.place}:{read.offset + line}: {sentence}")
        for address in read.names.imports:
            self._hosts.add(read.place, read.offset + 1, address)

    def _judge_names(self) -> None:
        """Find names that nothing defines, as far as all that runs in the pages is known."""
        from .browser_names import BROWSER_NAMES  # noqa: PLC0415  only where there are scripts

        everything = [*self._scripts.values(), *(read for _, read in self._inline)]
        shared = {name for read in everything for name in read.names.shared}
        known = (
            BROWSER_NAMES | shared | {name for page in self._pages.values() for name in page.ids}
        )
        complete = self._knows_every_script()
        for read in everything:
            if read.names.faults or read.names.is_minified:
                continue
            for name, line in read.names.free.items():
                # React's hooks are no global names of any build of it.
                if name not in known and (complete or _HOOK.fullmatch(name)):
                    self._found.mistakes.append(
                        f"{read.place}:{read.offset + line}: {name} is not defined"
                    )
        if complete:
            self._judge_handlers(BROWSER_NAMES)

    def _judge_handlers(self, browser: frozenset[str]) -> None:
        """Find functions that an element calls and no ordinary script of any page defines."""
        modules = {id(read) for script, read in self._inline if script.is_module}
        sourced = {
            PurePosixPath(script.source.partition("?")[0]).name
            for page in self._pages.values()
            for script in page.scripts
            if script.is_module and script.source
        }
        ordinary = [read for _, read in self._inline if id(read) not in modules]
        ordinary += [
            read for name, read in self._scripts.items() if PurePosixPath(name).name not in sourced
        ]
        shared = {name for read in ordinary for name in read.names.shared}
        for name, page in self._pages.items():
            for code, line in page.handlers:
                if "{" in code:
                    continue
                free = self._read_script(code).free
                missing = sorted(set(free) - browser - shared - page.ids)
                self._found.mistakes += [
                    f"{name}:{line}: {missed} is not defined for the page" for missed in missing
                ]

    def _knows_every_script(self) -> bool:
        return not any(
            script.is_templated or (script.source and not self._script_at(script.source))
            for name, page in self._pages.items()
            for script in page.scripts
        )
