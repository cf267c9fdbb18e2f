"""Pages and scripts are read as a browser reads them."""

import pytest

from toggle_core.gates.harness.web import Findings, read_project
from toggle_core.gates.harness.web_page import is_page


def read(files: dict[str, str]) -> Findings:
    """Read the files of a project."""
    return read_project(files, {name: text for name, text in files.items() if is_page(name)})


def read_html(page: str) -> Findings:
    """Read a project of one page."""
    return read({"page.html": page})


GOOD = [
    "const add = (a, b) => a + b; console.log(add(1, 2) ?? `${add}`);",
    "for (const [key, {value: v = 1, ...rest}] of Object.entries(localStorage)) alert(v, rest)",
    "class Board extends HTMLElement { #moves = 0; static of() { return new Board() } }",
    "async function load() { const answer = await fetch('/api'); return answer?.json() }",
    "try { risky() } catch { } function risky() { return arguments.length }",
    "if (typeof Chart !== 'undefined') { Chart.defaults = {} }",
    "document.querySelectorAll('[data-x]').forEach(function (node, i) { node.hidden = i > 2 })",
    "label: for (;;) { break label } var text = 'one \\\n two'; total = 3; total += text.length",
    "export const state = {count: 0}; export default function start() { return state }",
    "const {createApp: make} = window.Kit ?? {}; make?.();",
    "<!-- an old comment\nsetTimeout(() => name, 10)",
]


@pytest.mark.parametrize("script", GOOD)
def test_reading_finds_nothing_in_a_sound_script(script: str) -> None:
    module = ' type="module"' if "export" in script else ""
    assert read_html(f"<script{module}>{script}</script>") == Findings()


REFUSED = {
    "function start( { return 1 }": "unexpected",
    "const total = ;": "unexpected =",
    "if (x { y() }": ") is missing",
    'alert("first\nsecond")': "goes over the end of its line",
    "let x = 1; let x = 2;": "x is declared twice",
    "import {a} from './a.js'": 'a script with type="module" only',
    "const root = <div>{1}</div>": "JSX",
    "start(": "unexpected start(",
}


@pytest.mark.parametrize("script", REFUSED)
def test_reading_finds_what_a_browser_refuses(script: str) -> None:
    found = read_html(f"<h1>Hi</h1>\n<script>{script}</script>")
    assert any(REFUSED[script] in line for line in found.syntax), found
    assert all(line.startswith(("page.html:2:", "page.html:3:")) for line in found.syntax)


def test_reading_names_file_and_line_of_a_fault_in_a_script_file() -> None:
    assert read({"app.js": "let a = 1;\n\nlet b = = 2;\n"}).syntax == ["app.js:3: unexpected ="]


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ("<p>Hi</p>\n<script>start()", "the script that begins here"),
        ("<title>Shop<body><h1>Hi</h1>", "the title that begins here"),
        ("<style>p { color: red }<p>Hi</p>", "the style that begins here"),
        ("<p>Hi</p><!-- to do <p>Bye</p>", "the comment that begins here"),
        ('<p>Hi</p><a href="/about', "the tag that begins here"),
    ],
)
def test_reading_finds_what_a_page_never_closes(page: str, what: str) -> None:
    assert [what in line for line in read_html(page).syntax] == [True]


@pytest.mark.parametrize(
    "page",
    [
        "<ul><li>one<li>two</ul><p>a & b < c<p>3 > 2 <br><img src=a.png alt>",
        "<!doctype html><html><body><h1>Open for ever",
        '{% if total < 3 %}<p class="{{ kind }}">{% endif %}<script>const x = {{ x }};</script>',
        '<script type=\'application/ld+json\'>{"@type": "Shop"}</script>',
        "<script type='text/template'><li>{name</li></script>",
        "<svg viewBox='0 0 1 1'><title>dot</title><path d='M0 0'/></svg>",
    ],
)
def test_reading_accepts_pages_that_browsers_accept(page: str) -> None:
    assert read_html(page) == Findings()


def test_reading_finds_names_that_nothing_defines() -> None:
    found = read_html("<script>const [a, setA] = useState(0); start(a, setA)</script>")
    assert found.mistakes == [
        "page.html:1: useState is not defined",
        "page.html:1: start is not defined",
    ]


def test_reading_knows_names_of_other_scripts_and_of_elements() -> None:
    page = (
        '<div id="board"></div><button onclick="move(this, event); window.undo()">x</button>'
        '<script src="/static/game.js?v=2"></script><script>start(board); late()</script>'
    )
    script = (
        "function start(where) { hidden = where }\nfunction move() {}\n"
        "(function () { window.late = function () {}; window.undo = () => hidden })();"
    )
    found = read({"page.html": page, "game.js": script})
    assert found == Findings()


@pytest.mark.parametrize(
    "script",
    [
        "<script type='module'>function add() {}</script>",
        "<script>(() => { function add() {} })()</script>",
    ],
)
def test_reading_finds_handlers_that_no_script_defines_for_the_page(script: str) -> None:
    found = read_html(f"<button onclick='add()'>Add</button>{script}")
    assert found.mistakes == ["page.html:1: add is not defined for the page"]


def test_reading_judges_no_names_where_a_script_is_unknown() -> None:
    page = "<script src='/made-by-the-server.js'></script><script>show(data)</script>"
    assert read_html(page) == Findings()


def test_reading_finds_unimported_hooks_although_a_script_is_unknown() -> None:
    page = (
        "<script src='https://cdn.example/react.js'></script>"
        "<script src='app.jsx' type='text/babel'></script>"
    )
    script = "const App = () => { useEffect(() => {}); return <b/> }"
    found = read({"page.html": page, "app.jsx": script})
    assert found.mistakes == ["app.jsx:1: useEffect is not defined"]
    assert found.syntax == []


NEEDED = [
    ("page.html", "<script src='https://cdn.example.com/kit.js'></script>"),
    ("page.html", "<script src=//cdn.example.com/kit.js></script>"),
    ("page.html", "<link rel='stylesheet' href='https://cdn.example.com/kit.css'>"),
    ("page.html", "<style>@import url('https://cdn.example.com/kit.css');</style>"),
    (
        "page.html",
        "<script type=module>import kit from 'https://cdn.example.com/kit.js'; kit()</script>",
    ),
    ("page.html", "<script>import('https://cdn.example.com/kit.js')</script>"),
    ("site.css", "@import 'https://cdn.example.com/kit.css';\np { color: red }"),
    ("main.py", "PAGE = '''<html><script src=\"https://cdn.example.com/kit.js\"></script>'''\n"),
    (
        "main.py",
        "def page(x):\n    return f'{x}<link rel=stylesheet href=https://cdn.example.com/k>'\n",
    ),
]


@pytest.mark.parametrize(("name", "text"), NEEDED)
def test_reading_finds_files_of_other_hosts_that_a_page_needs(name: str, text: str) -> None:
    found = read({name: text})
    assert ["cdn.example.com/k" in line for line in found.hosts] == [True]
    assert (found.syntax, found.mistakes) == ([], [])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.html", "<a href='https://example.com/'>elsewhere</a>"),
        (
            "page.html",
            "<img src='https://example.com/a.png'><iframe src='https://example.org'></iframe>",
        ),
        (
            "page.html",
            "<link rel=stylesheet href='https://fonts.googleapis.com/css2?family=Inter'>",
        ),
        ("page.html", "<script src='/kit.js'></script><link rel=stylesheet href='kit.css'>"),
        ("page.html", "<script src='http://localhost:8000/kit.js'></script>"),
        (
            "main.py",
            "import urllib.request\n\nurllib.request.urlopen('https://api.example.com/x')\n",
        ),
        ("main.py", '"""Like <script src="https://cdn.example.com/kit.js"></script>."""\n'),
        ("test_main.py", "PAGE = '<script src=\"https://cdn.example.com/kit.js\"></script>'\n"),
    ],
)
def test_reading_lets_a_page_name_other_hosts_that_it_does_not_need(name: str, text: str) -> None:
    found = read({name: text})
    assert found.hosts == []


def test_reading_survives_hostile_scripts() -> None:
    found = read(
        {
            "deep.js": "[" * 5_000 + "]" * 5_000,
            "long.js": "var a=1;" * 5_000,
            "odd.js": "\ud800\x00 let \u2028 = `${",
            "open.html": "<" * 5_000,
        }
    )
    assert len(found.syntax) <= 50
    assert not any(line.startswith(("deep.js", "long.js")) for line in found.syntax)
