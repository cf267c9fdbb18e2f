"""What a finished program would not show, in code, pages, prose and scripts."""

import time

import pytest

from toggle_core.gates.harness.fill_ins import find_fill_ins
from toggle_core.gates.harness.hidden_text import find_hidden
from toggle_core.gates.harness.placeholders import find_stubs
from toggle_core.gates.harness.unfinished import find_unfinished

SERVER = "from http.server import BaseHTTPRequestHandler\n\n\nclass Site(BaseHTTPRequestHandler):\n"


def places(files: dict[str, str]) -> list[str]:
    files = {"main.py": "print(1)\n", **files}
    found = [*find_stubs(files), *find_fill_ins(files), *find_unfinished(files)]
    return sorted({":".join(place.split(":")[:2]) for place in found})


UNFINISHED = {
    "work for later": (
        {"main.py": "def due(x):\n    return None  # TODO\n\n\ndue(1)\n"},
        "main.py:1",
    ),
    "constant for now": (
        {"main.py": "def fee(x):\n    # A dummy value for now.\n    return 0\n\n\nfee(1)\n"},
        "main.py:1",
    ),
    "request of a form": (
        {"main.py": f"{SERVER}    def do_POST(self):\n        pass\n"},
        "main.py:5",
    ),
    "own method of a handler": (
        {
            "main.py": (
                f"{SERVER}    def do_GET(self):\n        self._show()\n\n"
                "    def _show(self):\n        pass\n"
            )
        },
        "main.py:8",
    ),
    "page in code": ({"main.py": "print('<p>[Your phone number]</p>')\n"}, "main.py:1"),
    "formatted page": ({"main.py": "x = 1\nprint(f'<p>{x} [Shop name]</p>')\n"}, "main.py:2"),
    "told to people": ({"main.py": "print('Export is not implemented yet')\n"}, "main.py:1"),
    "key by hand": ({"main.py": "KEY = 'YOUR-API-KEY'\nprint(KEY)\n"}, "main.py:1"),
    "prose": ({"README.md": "# Shop\n\n[Insert a description]\n"}, "README.md:3"),
    "prose to write": ({"README.md": "# Shop\n\nTODO: the tests\n"}, "README.md:3"),
    "text file": ({"letter.txt": "From: [Your address]\n"}, "letter.txt:1"),
    "slot": ({"index.html": "<h1>{{ title }}</h1>"}, "index.html:1"),
    "page cut": (
        {"index.html": "<p>Hi</p>\n... rest of the page remains the same ...\n"},
        "index.html:2",
    ),
    "feature to do": ({"README.md": "# Notes\n\n- add\n- export (TODO)\n"}, "README.md:4"),
    "text cut": ({"notes.txt": "... existing content ...\n"}, "notes.txt:1"),
    "empty script": ({"app.js": "function store() {\n}\nstore();\n"}, "app.js:1"),
    "commented script": ({"app.js": "x();\nfunction x() { // later\n}\n"}, "app.js:2"),
    "handler of a page": (
        {"app.js": "function go() { /* later */ }\n", "index.html": "<a onclick='go()'>Go</a>"},
        "app.js:1",
    ),
}


@pytest.mark.parametrize("kind", UNFINISHED)
def test_what_is_not_finished_is_found(kind: str) -> None:
    files, place = UNFINISHED[kind]
    assert places(files) == [place]


FINISHED = {
    "to-do list": {
        "main.py": "TODO = 'todo.txt'\nprint('TODO: implement login')\n",
        "README.md": '# TODO list\n\n`add "TODO: write"`\n\n- [ ] open\n- [x] done\n',
        "todo.txt": "TODO: implement search\n",
    },
    "letters": {
        "main.py": "print(open('a.txt').read().replace('[Name]', 'Ada'))\n",
        "a.txt": "Dear [Name]\n",
    },
    "links": {"README.md": "[Your address](http://a.example), [name][1], [!NOTE]\n\n[name]: x\n"},
    "usage": {
        "README.md": "    main.py [NAME]\n\n`main.py [your text]`\n\n```\n[Your name]\n```\n"
    },
    "own templates": {
        "main.py": "print(open('a.html').read().replace('{{ title }}', 'a'))\n",
        "a.html": "<h1>{{ title }}</h1>",
    },
    "library of templates": {"main.py": "import jinja2\n", "a.html": "<h1>{{ title }}</h1>"},
    "templates in the browser": {"a.html": "<p v-if='x'>{{ title }}</p>"},
    "buttons": {"main.py": "print('<a>[Edit]</a> <a>[x]</a>')\n", "a.html": "<p>[Done]</p>"},
    "placeholder of a field": {"a.html": "<input placeholder='[Your name]'>"},
    "coming soon page": {"README.md": "# Coming soon page\n\nIt says: coming soon.\n"},
    "refused operation": {
        "main.py": (
            "import random\n\n\nclass Dice(random.Random):\n    def getstate(self):\n"
            "        raise NotImplementedError('Dice have no state.')\n\n\nDice().getstate()\n"
        )
    },
    "quiet log": {
        "main.py": f"{SERVER}    def log_message(self, *args):\n        pass\n\n\n"
        f"Site.log_message\n"
    },
    "type of a function": {"main.py": "def _f(): pass\nFUNCTION = type(_f)\n"},
    "plan for the code": {"main.py": "# TODO: replace this once Python 3.12 is everywhere\n"},
    "no operation": {"app.js": "function noop() {}\nrun(noop);\n"},
    "done list": {"README.md": "# To do\n\n- add a TODO (see below)\n- `list (TODO)`\n"},
    "lists in data": {"a.json": '["name", "price"]\n', "a.yaml": "required: [name]\n"},
    "status": {"main.py": "print(501, 'Not Implemented')\n"},
    "key of a person": {"README.md": "    API_KEY=your-api-key python main.py\n"},
}


@pytest.mark.parametrize("kind", FINISHED)
def test_what_is_finished_is_not_found(kind: str) -> None:
    assert places(FINISHED[kind]) == []


HOSTILE = {
    "dots.txt": "." * 500_000,
    "brackets.md": "[a" * 250_000,
    "functions.js": "function a(){" * 35_000,
    "slots.html": "{{ a" * 120_000,
    "keys.py": f"x = 'your_{'a_' * 200_000}'\n",
    "hidden.py": "\u200b" * 160_000,
    "deep.html": "<p>" * 160_000,
    "comments.js": "//\n" * 160_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_read_in_time(name: str) -> None:
    files = {name: HOSTILE[name]}
    begun = time.process_time()
    find_stubs(files)
    find_fill_ins(files)
    find_unfinished(files)
    list(find_hidden(files))
    assert time.process_time() - begun < 8
