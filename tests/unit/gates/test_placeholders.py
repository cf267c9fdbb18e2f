"""Stubs and fill-ins are found, and what only looks like them is not."""

import pytest

from toggle_core.gates.harness.fill_ins import find_fill_ins
from toggle_core.gates.harness.placeholders import find_stubs


def stubs(source: str, **others: str) -> list[str]:
    """Return the stubs of ``main.py`` and other files, named without their ending."""
    return find_stubs({"main.py": source} | {f"{name}.py": text for name, text in others.items()})


STUBS = [
    "def add():\n    raise NotImplementedError\n\nadd()\n",
    "def add():\n    raise NotImplementedError('later')\n\nWAYS = {'+': add}\n",
    'def add():\n    """Add."""\n    ...\n\nprint(add())\n',
    "def add():\n    pass\n\nparser.set_defaults(run=add)\n",
    'def add():\n    """Add an expense."""\n\nadd()\n',
    "def add():\n    return 'TODO'\n\nprint(add())\n",
    "def add():\n    print('Not implemented yet')\n\nadd()\n",
    "def add():\n    raise RuntimeError('export is not implemented')\n\nadd()\n",
    "async def add():\n    pass\n\nawait_it(add)\n",
    "def add():\n    print('Coming soon')\n\nadd()\n",
    "class Store:\n    def add(self):\n        raise NotImplementedError\n\nStore().add()\n",
    "class Store:\n    def add(self):\n        pass\n\nStore().add()\n",
    "def add():\n    raise Exception('export is not done yet')\n\nadd()\n",
    "def add():\n    # In a real app this would write a file\n    print('Saved.')\n\nadd()\n",
    "def add(path):\n    # for now, pretend that it worked\n    path.write_text('')\n\nadd(p)\n",
]


@pytest.mark.parametrize("source", STUBS)
def test_stub_is_found_when_it_is_called(source: str) -> None:
    [found] = stubs(source)
    assert ": add " in found


def test_stub_is_found_when_another_file_calls_it() -> None:
    assert len(stubs("import a\n\na.add()\n", a="def add():\n    pass\n")) == 1


SOUND = [
    "def add():\n    # the greeting that is shown first\n    print('Hello.')\n\nadd()\n",
    "def add():\n    return 'You have not added anything yet.'\n\nprint(add())\n",
    "def add(p):\n    # a real program would wait\n    p.write_text(text())\n\nadd(p)\n",
    "def unused():\n    raise NotImplementedError\n",
    (
        "from abc import ABC, abstractmethod\n\nclass A(ABC):\n    @abstractmethod\n"
        "    def add(self): ...\n\n"
        "def run(a: A):\n    a.add()\n"
    ),
    "from typing import Protocol\n\nclass A(Protocol):\n    def add(self) -> int: ...\n\nx.add()\n",
    (
        "from typing import overload\n\n@overload\ndef add(a: int) -> int: ...\n\n"
        "def add(a):\n    return a\n\nadd(1)\n"
    ),
    (
        "class Shape:\n    def area(self):\n        raise NotImplementedError\n\n"
        "class Square(Shape):\n    def area(self):\n        return 1\n\nSquare().area()\n"
    ),
    (
        "class Game:\n    def setup(self):\n        pass\n\n    def play(self):\n"
        "        self.setup()\n\n"
        "class Quiet(Game):\n    size = 3\n\nQuiet().play()\n"
    ),
    (
        "class Handler(BaseHTTPRequestHandler):\n"
        "    def log_message(self, *args):\n        pass\n\n"
        "Handler.log_message\n"
    ),
    (
        "class NullLog:\n    def write(self, line):\n        pass\n\n"
        "class Log:\n    def write(self, line):\n        print(line)\n\nlog.write('a')\n"
    ),
    "def noop(*args):\n    pass\n\nrun(noop)\n",
    'def on_signal(*args):\n    """Do nothing: the parent ends us."""\n\nsignal(2, on_signal)\n',
    (
        "try:\n    from fast import clean\nexcept ImportError:\n    def clean(x):\n        pass\n"
        "else:\n"
        "    def clean(x):\n        return x\n\nclean(1)\n"
    ),
    "class Bin:\n    def handle(self, event):\n        pass\n\nhandle = open('a')\nprint(handle)\n",
    "def main():\n    def swallow(*args):\n        pass\n    walk(swallow)\n\nmain()\n",
    "class Stopped(Exception):\n    pass\n\nraise Stopped\n",
    "def number(x):\n    if x:\n        return 1\n    raise NotImplementedError\n\nnumber(1)\n",
]


@pytest.mark.parametrize("source", SOUND)
def test_function_left_open_on_purpose_is_no_stub(source: str) -> None:
    assert stubs(source) == []


def test_stub_in_a_test_is_left_alone() -> None:
    source = "class Fake:\n    def add(self):\n        pass\n\nFake().add()\n"
    assert find_stubs({"tests/test_a.py": source, "conftest.py": source}) == []


FILL_INS = [
    ("logo.svg", "<svg><text>LOGO PLACEHOLDER</text></svg>\n"),
    ("index.html", "<div>Image placeholder</div>\n"),
    ("about.html", "<p>This page is still under construction.</p>\n"),
    ("shop.json", '{"phone": "<your phone>"}\n'),
    ("shop.yaml", "address: '<your address>'\n"),
    ("main.py", "x = 1\n# ... rest of the code remains the same ...\n"),
    ("main.py", "# rest of the file unchanged\n"),
    ("main.py", "# ... existing code ...\n"),
    ("main.py", "# (the rest of your functions)\n"),
    ("main.py", "def a():\n    return 1  # TODO: implement the discount\n"),
    ("main.py", "# FIXME(ana): add the missing columns\n"),
    ("main.py", "# your code here\n"),
    ("main.py", "# Other routes omitted for brevity\n"),
    ("static/app.js", "let a = 1; // ... existing handlers ...\n"),
    ("static/app.js", "/* TODO: write the drag and drop */\n"),
    ("static/app.js", 'function save() { throw new Error("Not implemented") }\n'),
    ("site.css", "/* … rest of the styles remain the same … */\n"),
    ("index.html", "<p>Hi</p><!-- rest of the page goes here -->\n"),
    ("index.html", "<p>Call us: [Your phone number]</p>\n"),
    ("index.html", "<p>[Insert a photo of the shop]</p>\n"),
    ("index.html", "<h1>[Company Name]</h1>\n"),
    ("index.html", "<p>Your business name goes here</p>\n"),
    ("index.html", "<p>Lorem ipsum dolor sit amet</p>\n"),
    ("main.py", 'TEXT = "Lorem ipsum dolor sit amet"\n'),
    ("README.md", "# Notes\n\nExport as CSV: not implemented yet.\n"),
    ("config.toml", "# TODO: fill in the rates\n"),
    ("items.csv", "\n[Product name],0.00\n"),
    ("shop.json", '\n{"name": "[Your shop]"}\n'),
    ("config.yml", "name: YOUR_NAME_HERE\n"),
    ("index.html", "<p>TODO: add the opening hours</p>\n"),
    ("schema.sql", "CREATE TABLE a (id INTEGER);\n-- add the other tables here\n"),
]


@pytest.mark.parametrize(("name", "text"), FILL_INS)
def test_fill_in_is_found_with_its_line(name: str, text: str) -> None:
    [found] = find_fill_ins({name: text})
    assert found.startswith(f"{name}:")


HARMLESS = [
    (
        "main.py",
        '"""A to-do list: every TODO has a date."""\n\nTODO = "todo"\n# TODO items come first\n',
    ),
    ("main.py", "# The rest of the code of a country follows its number\n"),
    ("main.py", "# Existing code numbers are kept\n"),
    ("main.py", 'PROMPT = "... rest of the code remains the same ..."\n'),
    ("main.py", "# Replace the placeholder of the template by the name\n"),
    ("main.py", "print('add [name] [price]')\n"),
    ("texts.json", '{"usage": "add [name] [price]"}\n'),
    ("index.html", "<input placeholder='Your name here'><p>See [1] and [RFC 9110].</p>\n"),
    ("index.html", "<script>const [name, setName] = pair; rows[name]</script><pre>[name]</pre>\n"),
    ("config.yml", "key: YOUR_API_KEY_HERE\n"),
    ("index.html", "<h1>TODO</h1><p>TODO: milk, bread</p>\n"),
    ("index.html", "<p>Put your name on the list</p>\n"),
    (
        "README.md",
        "Usage: `add [name]`, see [Your first note](docs/first.md). Nothing is left out.\n",
    ),
    ("index.html", "<p>We build houses: three are under construction.</p>\n"),
    ("index.html", '<input placeholder="Your name"><p>The placeholder shows an example.</p>\n'),
    ("page.json", '{"html": "<address>"}\n'),
    ("board.json", '{"title": "Buy milk", "status": "TODO"}\n'),
    ("lorem.py", 'TEXT = "Lorem ipsum dolor sit amet"\n'),
    ("tests/test_a.py", "# ... existing code ...\n"),
    ("static/app.js", "const url = 'https://example.com/rest-of-the-code'; // the same host\n"),
]


@pytest.mark.parametrize(("name", "text"), HARMLESS)
def test_ordinary_text_is_no_fill_in(name: str, text: str) -> None:
    assert find_fill_ins({name: text}) == []


def test_placeholders_are_looked_for_in_broken_and_hostile_files() -> None:
    files = {
        "main.py": "def broken(:\n",
        "deep.py": "x = " + "(" * 900 + ")" * 900,
        "long.js": "/" * 9_000 + "*" * 9_000,
        "page.html": "<!--" * 900 + "[your " * 900,
        "rest.md": "rest of the " * 2_000,
    }
    assert find_stubs(files) == []
    assert len(find_fill_ins(files)) < 5
