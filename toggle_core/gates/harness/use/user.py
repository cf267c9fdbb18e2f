"""Use a program's pages once as they are meant, once as they are not, and after a restart."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from ..output import find_tracebacks
from ..promises.client import Reply, Waiting
from ..promises.program import ProgramFailed, RunningServer, Surroundings
from ..promises.visitor import Outgoing, Visitor
from .at_once import faults_at_once, open_form
from .crowd import Crowd
from .faults import Traps, in_short, kinds_of
from .places import FormKind, careless_queries, kinds_on, ways_out
from .routes import careless_requests
from .typed import Typing, hostile, markup_of, ordinary, path_to
from .used import DROPPED, ENDED, LOST, MARKUP, PLANTED, SHELL, WRITTEN, Used, UseFault, letters

_ANSWER_SECONDS = 8.0  # of idleness
_MOST_FORMS = 8
_MOST_SENT = 40
_MOST_FAULTS = 8
_ONCE = (MARKUP, PLANTED, SHELL, WRITTEN)


class Site(NamedTuple):
    """What there is to use.

    Attributes:
        paths: addresses of its pages, the front page first.
        routes: that were agreed on, such as ``POST /items {name, price}``.
    """

    paths: list[str]
    routes: list[str]


class Deed(NamedTuple):
    """Something that a visitor does.

    Attributes:
        outgoing: the request.
        page: path of the page that is used.
        typed: what is typed there, in words; empty where nothing is.
        is_ordinary: whether the program is made for it.
        may_be_refused: whether a server may hang up on who does it.
    """

    outgoing: Outgoing
    page: str
    typed: str = ""
    is_ordinary: bool = False
    may_be_refused: bool = False

    @property
    def request(self) -> str:
        """The request in writing."""
        body = (self.outgoing.body or b"").decode("utf-8", "replace")
        return f"{self.outgoing.method} {self.outgoing.path}\n{body}".rstrip()


def use_program(surroundings: Surroundings, site: Site) -> Used:
    """Start a program that serves pages, and use it.

    Args:
        surroundings: where it runs.
        site: what there is to use.
    """
    with tempfile.TemporaryDirectory() as folder:
        planted = Path(folder, "notes.txt")
        secret = letters()
        planted.write_text(f"{secret}\n", encoding="utf-8")
        use = _Use(surroundings, site, str(planted), Traps(letters(), secret))
        with suppress(ProgramFailed):  # it did start before; its first start is judged elsewhere
            use.carry_out()
    return use.used


class _Use:
    def __init__(self, surroundings: Surroundings, site: Site, planted: str, traps: Traps) -> None:
        self.used = Used()
        self._surroundings = surroundings
        self._site = site
        self._planted = planted
        self._traps = traps
        self._forms: dict[tuple[str, str, tuple[str, ...]], FormKind] = {}
        self._tokens: dict[FormKind, str] = {}

    def carry_out(self) -> None:
        """Use the program, start it again, and use what takes things away last."""
        self._running = RunningServer(self._surroundings)
        self._visitor = _visitor(self._surroundings.waiting)
        try:
            self._use()
            kept = dict(self._kept())
            self._restart()
            self._find_lost(kept)
            self._use_at_once(kept)
            for kind in [each for each in self._forms.values() if each.takes_away]:
                self._send(kind, ordinary(letters()))
        finally:
            self._running.stop()
            self._note_printed()

    def _use(self) -> None:
        for path in self._site.paths:
            self._discover(self._open(path))
        for kind in self._kinds():
            self._tokens[kind] = letters()
            self._send(kind, ordinary(self._tokens[kind]))
        for typing in hostile(self._traps.markup, self._planted):
            for kind in self._kinds():
                self._send(kind, typing)
        self._find_written()
        for words, outgoing in careless_requests(self._site.routes, markup_of(self._traps.markup)):
            self._do(Deed(outgoing, outgoing.path, words))
        markup = markup_of(self._traps.markup)
        for words, path in careless_queries(self._site.paths, markup):
            self._do(Deed(Outgoing("GET", path), path.partition("?")[0], words))
        for visitor in (self._visitor, _visitor(self._surroundings.waiting)):
            for path in self._site.paths:
                self._do(Deed(Outgoing("GET", path), path), visitor)
        for path in ways_out(self._site.paths, self._planted):
            self._do(Deed(Outgoing("GET", path), path))

    def _find_written(self) -> None:
        """Look whether a file that a visitor sent lies where its name points to."""
        planted = Path(self._planted)
        for written in planted.parent.iterdir():
            if written != planted:
                name = path_to(str(written))
                page = next((e.page for e in self._forms.values() if e.method == "post"), "/")
                words = f"The file was written to {written}."
                self._add(UseFault(WRITTEN, page, "", f"a file with the name {name}", words))

    def _kinds(self) -> Iterator[FormKind]:
        """Yield the forms to send, those too that turn up meanwhile."""
        done: set[FormKind] = set()
        while True:
            waiting = [e for e in self._forms.values() if not e.takes_away and e not in done]
            if not waiting or len(done) >= _MOST_FORMS:
                return
            done.add(waiting[0])
            yield waiting[0]

    def _open(self, path: str, visitor: Visitor | None = None) -> Reply:
        return _request(visitor or self._visitor, self._running, Outgoing("GET", path))

    def _discover(self, reply: Reply) -> None:
        if reply.fault or not reply.is_page or reply.status >= HTTPStatus.BAD_REQUEST:
            return
        for kind, _ in kinds_on(reply.page(), reply.path):
            self._forms.setdefault(kind.key, kind)

    def _send(self, kind: FormKind, typing: Typing) -> None:
        """Open a page, fill in its form in one way, and send it."""
        if self.used.sent >= _MOST_SENT or len(self.used.faults) >= _MOST_FAULTS:
            return
        filling = open_form(self._open(kind.page), kind)
        outgoing = filling.request(typing) if filling is not None else None
        if outgoing is not None:
            self.used.sent += 1
            self.used.forms += typing.is_ordinary
            reply = self._do(
                Deed(outgoing, kind.page, typing.words, typing.is_ordinary, typing.is_far_too_long)
            )
            if typing.is_ordinary:
                self._discover(reply)

    def _do(self, deed: Deed, visitor: Visitor | None = None) -> Reply:
        """Send a request, and note what is wrong with the answer."""
        reply = _request(visitor or self._visitor, self._running, deed.outgoing)
        for kind in kinds_of(reply, self._traps, is_ordinary=deed.is_ordinary):
            ended = self._running.fault(unanswered=True) if kind == DROPPED else ""
            if ended:
                self._add(UseFault(ENDED, deed.page, deed.typed, deed.request, ended))
                self._running = RunningServer(self._surroundings)
            elif kind != DROPPED or not deed.may_be_refused:
                self._add(UseFault(kind, deed.page, deed.typed, deed.request, in_short(reply)))
        return reply

    def _add(self, fault: UseFault) -> None:
        alike = [each for each in self.used.faults if each.kind == fault.kind]
        known = any(fault.kind in _ONCE or each.page == fault.page for each in alike)
        if not known and len(self.used.faults) < _MOST_FAULTS:
            self.used.faults.append(fault)

    def _kept(self) -> Iterator[tuple[FormKind, str]]:
        """Yield the forms whose words anybody can read now, with the page where."""
        visitor = _visitor(self._surroundings.waiting)
        pages = {path: self._open(path, visitor).text for path in self._site.paths}
        for kind, token in self._tokens.items():
            where = next((path for path, text in pages.items() if token in text), None)
            if where is not None:
                yield kind, where

    def _restart(self) -> None:
        self._running.stop()
        self._note_printed()
        self._running = RunningServer(self._surroundings)

    def _find_lost(self, kept: Mapping[FormKind, str]) -> None:
        still = {kind for kind, _ in self._kept()}
        for kind, path in kept.items():
            if kind not in still:
                words = f"What was typed on {kind.page} was on {path}, and is not after a restart."
                self._add(UseFault(LOST, kind.page, "", f"GET {path}", words))

    def _use_at_once(self, kept: Mapping[FormKind, str]) -> None:
        """Let many visitors do the same at once, unless there is trouble already."""
        if self.used.faults:
            return
        kinds = [each for each in self._forms.values() if not each.takes_away]
        crowd = Crowd(self._running.server, self._visitor)
        for fault in faults_at_once(crowd, kept, kinds, self._site.paths, self._site.routes):
            self._add(fault)

    def _note_printed(self) -> None:
        self.used.tracebacks += find_tracebacks(self._running.output)


def _request(visitor: Visitor, running: RunningServer, outgoing: Outgoing) -> Reply:
    try:
        return visitor.request(running.server, outgoing, redirects=True)
    except ValueError:  # it leads to another host
        return Reply(outgoing.path)


def _visitor(waiting: Waiting) -> Visitor:
    return Visitor(waiting, _ANSWER_SECONDS)
