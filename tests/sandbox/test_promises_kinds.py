"""Kinds of projects that look finished and are not: each beside the same project done well."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest

from tests.sandbox.promise_programs import NOTES, WEB_HEAD, WEB_TAIL
from tests.sandbox.promise_trials import outcomes, try_steps
from toggle_core.gates.checks.context import Context

_AT_ONCE = 3


class Kind(NamedTuple):
    """One kind of project.

    Attributes:
        good: a program that keeps the promise.
        bad: one that does not.
        steps: the promise.
    """

    good: str
    bad: str
    steps: Sequence[dict[str, Any]]


def web(get: str, post: str = "self.answer(404, 'no')") -> str:
    """Return a server from the statements that answer ``GET`` and ``POST``."""
    page = f"    def do_GET(self):\n        path = urlsplit(self.path).path\n{_inner(get)}\n"
    return f"{WEB_HEAD}{page}    def do_POST(self):\n{_inner(post)}\n{WEB_TAIL}"


def _inner(statements: str) -> str:
    return "".join(f"        {line}\n" for line in statements.splitlines())


ADD_AND_LIST = [
    {"run": ["add", "${a}"], "expect": {"exit": 0}},
    {"run": ["list"], "expect": {"stdout": {"contains": "${a}"}}},
]
CALCULATOR = """import sys

left, sign, right = float(sys.argv[1]), sys.argv[2], float(sys.argv[3])
if sign == "+":
    print(f"{left + right:g}")
elif sign == "*":
    MULTIPLY
"""
COUNTDOWN = """import sys

number = int(sys.argv[1])
while number CONDITION:
    print(number)
    number -= 1
"""
PING = """import subprocess
import sys

COMMAND
print(f"no answer from {sys.argv[1]}")
"""
GUEST_BOOK = (
    "notes = ''.join(f'<p>{SHOWN}' for note in DATA['notes'])\n"
    "self.answer(200, notes + '<form method=post><input name=message><button>Send</button></form>')"
)
KEEP = (
    "DATA['notes'][self.form()['message']] = 1\n"
    "PLACE.write_text(json.dumps(DATA))\n"
    "self.answer(303, '', Location='/')"
)
FINDS = (
    "import sqlite3\n"
    "base = sqlite3.connect(':memory:')\n"
    "base.execute('create table people (name text)')\n"
    "base.execute(\"insert into people values ('Ada')\")\n"
    "name = parse_qs(urlsplit(self.path).query).get('name', [''])[0]\n"
    "rows = base.execute(QUERY).fetchall()\n"
    "self.answer(200, 'found: ' + ', '.join(row[0] for row in rows))"
)
FILES = (
    "Path('public').mkdir(exist_ok=True)\n"
    "Path('public/index.html').write_text('<h1>Hi')\n"
    "place = Path('public') / path.lstrip('/')\n"
    "inside = CHECK\n"
    "if inside and place.is_file():\n"
    "    self.answer(200, place.read_text())\n"
    "else:\n"
    "    self.answer(404, 'no such file')"
)
PAGES = (
    "pages = PAGES\n"
    "self.answer(200, pages[path]) if path in pages else self.answer(404, 'nothing here')"
)
FORM = "self.answer(200, '<form method=post><label>Name <input name=who></label><button>Send')"
SERVE = 'int(os.environ["PORT"])'

KINDS = {
    "does nothing and ends well": Kind(NOTES, "import sys\nsys.exit(0)\n", ADD_AND_LIST),
    "feature left out": Kind(
        CALCULATOR.replace("MULTIPLY", 'print(f"{left * right:g}")'),
        CALCULATOR.replace("MULTIPLY", "raise NotImplementedError"),
        [{"run": ["${p}", "*", "4"], "expect": {"stdout": {"contains": "${p * 4}"}}}],
    ),
    "hangs on some input": Kind(
        COUNTDOWN.replace("CONDITION", "> 0"),
        COUNTDOWN.replace("CONDITION", "!= 0"),
        [{"run": ["-3"], "expect": {"stderr": {"not_contains": "Traceback"}}}],
    ),
    "runs what is typed": Kind(
        PING.replace("COMMAND", "subprocess.run(['true', sys.argv[1]], check=False)"),
        PING.replace("COMMAND", "subprocess.run(f'true {sys.argv[1]}', shell=True, check=False)"),
        [{"run": ["x; expr 4412 + ${n}"], "expect": {"stdout": {"not_contains": "${4412 + n}"}}}],
    ),
    "empty page": Kind(
        web("self.answer(200, '<h1>Sweet Crumbs</h1>')"),
        web("self.answer(200, '')"),
        [{"get": "/", "expect": {"status": 200, "text": {"contains": "Sweet Crumbs"}}}],
    ),
    "dead links": Kind(
        web(PAGES.replace("PAGES", "{'/': '<a href=menu>Menu</a>', '/menu': '<h1>Menu</h1>'}", 1)),
        web(PAGES.replace("PAGES", "{'/': '<a href=menu>Menu</a>'}", 1)),
        [{"get": "/"}, {"follow": "Menu", "expect": {"status": 200, "text": {"contains": "Menu"}}}],
    ),
    "form that cannot be sent": Kind(
        web(FORM, "self.answer(200, 'Thank you, ' + self.form()['who'])"),
        web(FORM, "self.answer(501, 'Not implemented')"),
        [
            {
                "submit": {"page": "/", "button": "Send", "fields": {"Name": "${a}"}},
                "expect": {"status": "2xx", "text": {"contains": "${a}"}},
            }
        ],
    ),
    "own port": Kind(
        web("self.answer(200, 'Hi')"),
        web("self.answer(200, 'Hi')").replace(SERVE, "4711"),
        [{"get": "/", "expect": {"status": 200}}],
    ),
    "keeps its data among temporary files": Kind(
        NOTES.replace('Path("notes.json")', 'Path.home() / "notes.json"'),
        NOTES.replace('Path("notes.json")', 'Path("/tmp/notes.json")'),
        [
            *({"run": ["add", "${a}"]}, {"restart": True}),
            {"run": ["list"], "expect": {"stdout": {"contains": "${a}"}}},
        ],
    ),
    "forgets at a restart": Kind(
        web(GUEST_BOOK.replace("SHOWN", "html.escape(note)"), KEEP),
        web(
            GUEST_BOOK.replace("SHOWN", "html.escape(note)"),
            KEEP.replace("PLACE.write_text(json.dumps(DATA))\n", ""),
        ),
        [
            {"submit": {"page": "/", "fields": {"message": "${a}"}}},
            {"restart": True},
            {"get": "/", "expect": {"text": {"contains": "${a}"}}},
        ],
    ),
    "markup of visitors": Kind(
        web(GUEST_BOOK.replace("{SHOWN}", "{html.escape(note)}"), KEEP),
        web(GUEST_BOOK.replace("{SHOWN}", "{note}"), KEEP),
        [
            {"post": "/", "form": {"message": "<b id=x>${a}</b>"}},
            {
                "get": "/",
                "expect": {"html": {"not_contains": "<b id=x>${a}"}, "text": {"contains": "${a}"}},
            },
        ],
    ),
    "query put together": Kind(
        web(FINDS.replace("QUERY", "'select name from people where name = ?', (name,)")),
        web(FINDS.replace("QUERY", "f\"select name from people where name = '{name}'\"")),
        [
            {"get": "/?name=Ada", "expect": {"text": {"contains": "Ada"}}},
            {"get": "/?name=x'%20OR%20'1'='1", "expect": {"text": {"not_contains": "Ada"}}},
        ],
    ),
    "files outside the folder": Kind(
        web(FILES.replace("CHECK", "place.resolve().is_relative_to(Path('public').resolve())")),
        web(FILES.replace("CHECK", "True")),
        [
            {"get": "/index.html", "expect": {"status": 200, "text": {"contains": "Hi"}}},
            {"get": "/../main.py", "expect": {"status": "4xx"}},
        ],
    ),
}


@pytest.fixture(scope="module")
def found(trial_context: Callable[[str], Context]) -> dict[str, tuple[str, str]]:
    """Outcomes of the good and the bad program of each kind."""

    def both(kind: Kind) -> tuple[str, str]:
        promises = {"x": kind.steps}
        good, bad = (
            outcomes(try_steps(trial_context(program), promises))["x"]
            for program in (kind.good, kind.bad)
        )
        return good, bad

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(KINDS, pool.map(both, KINDS.values()), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_promise_is_kept_by_the_good_project_alone(
    found: dict[str, tuple[str, str]], kind: str
) -> None:
    assert found[kind] == ("kept", "broken")
