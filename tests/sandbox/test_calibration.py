"""Good programs pass the gates that read code, and mistakes that would show at run time do not."""

import pytest

from tests.sandbox.conftest import Check
from tests.sandbox.projects import HELLO
from toggle_core.gates.run import run_gates, tidy
from toggle_core.gates.settings import GateSettings
from toggle_core.words import Outcome

# What good programmers write and strict settings of the tools refuse.
IDIOMS = {
    "annotated.py": (
        "def size(text):\n    return len(text)\n\n\n"
        "def use(function: size) -> None:\n    print(function('a'))\n"
    ),
    "saved.py": (
        "import pickle\nfrom pathlib import Path\n\n\n"
        "def load(path: Path) -> dict:\n    return pickle.loads(path.read_bytes())\n"
    ),
    "winner.py": (
        "def winner(votes: dict[str, int]) -> str:\n    return max(votes, key=votes.get)\n"
    ),
    "money.py": (
        "from decimal import Decimal\n\n\n"
        "def total(prices: list[Decimal]) -> Decimal:\n    return sum(prices)\n"
    ),
    "rows.py": (
        "import sqlite3\n\n\ndef add(db: sqlite3.Connection, name: str) -> int:\n"
        '    return db.execute("INSERT INTO people (name) VALUES (?)", (name,)).lastrowid\n'
    ),
    "later.py": (
        "from datetime import date\n\n\ndef days(until: date, today: date = None) -> int:\n"
        "    return (until - (today or date.today())).days\n"
    ),
    "site.py": (
        "from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer\n\n\n"
        "class Handler(BaseHTTPRequestHandler):\n"
        "    def do_GET(self) -> None:\n        self.wfile.write(self.server.shop.page())\n\n"
        "    def log_message(self, format: str, *args: object) -> None:\n        pass\n\n\n"
        "def serve(shop: object) -> ThreadingHTTPServer:\n"
        '    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)\n'
        "    server.shop = shop\n    return server\n"
    ),
    "kinds.py": (
        "def parse(line: str) -> list[float]:\n    row = line.split()\n"
        "    row = [float(cell) for cell in row]\n    return row\n"
    ),
    "match.py": (
        "import re\n\n\ndef year(text: str) -> int:\n"
        '    return int(re.search(r"\\d{4}", text).group())\n'
    ),
    "tally.py": (
        "def tally(words: list[str]) -> dict[str, int]:\n    counts = {}\n"
        "    for word in words:\n        counts[word] = counts.get(word, 0) + 1\n    return "
        "counts\n"
    ),
    "game.py": (
        "class Game:\n    def __init__(self) -> None:\n        self.leader = None\n\n"
        "    def lead(self, name: str) -> str:\n        self.leader = name\n"
        "        return self.leader.title()\n"
    ),
    "mixed.py": (
        'ITEM = {"name": "tea", "price": 3}\n\n\n'
        'def price() -> int:\n    return ITEM["price"] * 2\n'
    ),
    "untyped.py": (
        "class Base:\n    def show(self):\n        return self.label + self.body()\n\n\n"
        'class Note(Base):\n    label = "note"\n\n    def body(self):\n        return "x"\n'
    ),
    "system.py": (
        "import os\nimport sys\n\n\ndef open_file(path: str) -> None:\n"
        '    if os.name == "nt":\n        os.startfile(path)\n    else:\n        '
        "sys.exit(main())\n\n\n"
        "def main() -> None:\n    print()\n"
    ),
    "cut.py": (
        'def first(text: str) -> str:\n    head, tail = text.split(",", 1)\n'
        "    length = len(text)\n    return head\n"
    ),
    "effect.py": "import readline\nimport winner as best\n",
    "web.py": (
        "import urllib.request\nimport xml.etree.ElementTree as ET\n\n\n"
        "def titles() -> list[str]:\n"
        '    with urllib.request.urlopen("https://feeds.example.com/a", timeout=9) as answer:\n'
        '        return [one.text or "" for one in ET.fromstring(answer.read()).iter("title")]\n'
    ),
    "tests/helpers.py": "import pytest\n\n\n@pytest.fixture\ndef votes():\n    return {'a': 1}\n",
    "tests/test_winner.py": (
        "import subprocess\nfrom pathlib import Path\n\nimport pytest\n\nimport money\n"
        "from helpers import votes\nfrom winner import winner\n\n\n"
        "def test_winner(votes):\n    assert money\n    assert winner(votes) == 'a'\n\n\n"
        "def test_nobody():\n    with pytest.raises(TypeError):\n        winner(3)\n\n\n"
        "def test_place():\n    assert Path('/tmp/a').name\n"
        "    assert subprocess.getoutput('echo ' + 'a') == 'a'\n"
    ),
}

# One mistake a file; the words that name it. Attributes are spelt differently in each.
MISTAKES = {
    "missing_argument": (
        "def a1(x: int, y: int) -> int:\n    return x + y\n\n\na1(1)\n",
        "Missing",
    ),
    "more_arguments": ("def a2(x):\n    return x\n\n\ndef main():\n    a2(1, 2)\n", "Too many"),
    "unknown_keyword": ("def a3(x: int = 0) -> int:\n    return x\n\n\na3(y=1)\n", "keyword"),
    "no_constructor": (
        "class A4:\n    def __init__(self, x: int) -> None:\n        self.x4 = x\n\n\nA4()\n",
        "Missing",
    ),
    "dataclass_field": (
        (
            "from dataclasses import dataclass\n\n\n@dataclass\nclass A5:\n    name5: str\n\n\n"
            "def make():\n    return A5(nam5='x')\n"
        ),
        "keyword",
    ),
    "method_name": (
        ("class A6:\n    def delete6(self): ...\n\n\ndef main():\n    a = A6()\n    a.delet6()\n"),
        "delet6",
    ),
    "attribute_name": (
        (
            "class A7:\n    def __init__(self):\n        self.score7 = 0\n\n"
            "    def show7(self):\n        return self.scroe7\n"
        ),
        "scroe7",
    ),
    "text_method": ("def a8(x: str) -> str:\n    return x.uppper()\n", "uppper"),
    "list_method": ("def a9() -> None:\n    x = ['a']\n    x.push('b')\n", "push"),
    "text_and_number": ("def b1(x: int) -> str:\n    return 'a' + x\n", "operand"),
    "number_and_text": ("def b2():\n    x = 3\n    return x + 'a'\n", "operand"),
    "not_callable": ("def b3(x: list[int]) -> int:\n    sum = 0\n    return sum(x)\n", "callable"),
    "nothing_returned": (
        "def b4(x: int) -> None:\n    print(x)\n\n\ny4 = b4(1)\n",
        "does not return a value",
    ),
    "no_return": ("def b5(x: int) -> int:\n    y = x\n", "Missing return"),
    "wrong_result": ("def b6(x: int) -> int:\n    return str(x)\n", "return value"),
    "wrong_key": ("def b7(x: dict[str, int]) -> int:\n    return x[1]\n", "index"),
    "text_index": ("def b8(x: list[int]) -> int:\n    return x['a']\n", "variant"),
    "number_index": ("def b9(x: int) -> str:\n    return x[0]\n", "not indexable"),
    "text_for_number": ("def c1(x: int) -> int:\n    return x\n\n\nc1('3')\n", "incompatible"),
    "input_as_number": (
        "def c2() -> None:\n    x = input()\n    if x > 18:\n        print(x)\n",
        "operand",
    ),
    "joined_numbers": ("def c3(x: list[int]) -> str:\n    return ', '.join(x)\n", "incompatible"),
    "range_of_text": (
        "def c4() -> None:\n    for _ in range(input()):\n        print()\n",
        "range",
    ),
    "module_name": ("import json\n\n\ndef c5():\n    return json.dumpss({})\n", "dumpss"),
    "function_name": ("from math import squareroot\n\nsquareroot(4)\n", "squareroot"),
    "library_argument": ("import random\n\n\ndef c6():\n    return random.randint(6)\n", "few"),
    "abstract": (
        (
            "from abc import ABC, abstractmethod\n\n\nclass C7(ABC):\n    @abstractmethod\n"
            "    def area7(self) -> int: ...\n\n\nclass C8(C7):\n    pass\n\n\nC8()\n"
        ),
        "abstract",
    ),
    "no_self": (
        (
            "class C9:\n    def show9() -> None:\n        print()\n\n\n"
            "def main() -> None:\n    C9().show9()\n"
        ),
        "self",
    ),
    "unpacked": (
        (
            "def d1() -> tuple[int, int]:\n    return 1, 2\n\n\n"
            "def main() -> None:\n    x, y, z = d1()\n    print(x, y, z)\n"
        ),
        "values to unpack",
    ),
    "text_as_bytes": (
        (
            "import http.server\n\n\nclass D2(http.server.BaseHTTPRequestHandler):\n"
            "    def do_GET(self) -> None:\n        self.wfile.write('a')\n"
        ),
        "incompatible",
    ),
    "date_and_text": (
        (
            "from datetime import date\n\n\ndef d3(x: str) -> int:\n    return (date.today() - "
            "x).days\n"
        ),
        "variant",
    ),
    "format": ("def d4(x: int) -> str:\n    return '%d of %s' % (x,)\n", "format"),
}


@pytest.mark.parametrize("gate", ["syntax", "lint", "security", "types"])
def test_a_gate_refuses_no_good_code(check: Check, gate: str) -> None:
    judged = check(gate, HELLO | IDIOMS)
    assert judged.outcome is Outcome.PASSED, judged.detail


def test_mistakes_that_would_show_at_run_time_are_named(check: Check) -> None:
    judged = check("types", HELLO | {f"{name}.py": text for name, (text, _) in MISTAKES.items()})
    assert judged.outcome is Outcome.FAILED
    found: dict[str, str] = {}
    for line in judged.detail.splitlines():
        name, _, rest = line.partition(".py:")
        found[name] = f"{found.get(name, '')} {rest}"
    missed = [name for name, (_, words) in MISTAKES.items() if words not in found.get(name, "")]
    assert missed == [], judged.detail
    assert set(found) == set(MISTAKES)


def test_an_import_for_its_effect_and_a_fixture_stay_and_pass(settings: GateSettings) -> None:
    project = {
        "main.py": "import registered\nfrom registry import NAMES\n\nprint(NAMES)\n",
        "registry.py": "NAMES: list[str] = []\n",
        "registered.py": "from registry import NAMES\n\nNAMES.append('a')\n",
        "helpers.py": "import pytest\n\n\n@pytest.fixture\ndef name():\n    return 'a'\n",
        "test_main.py": (
            "import registered\nfrom helpers import name\nfrom registry import NAMES\n\n\n"
            "def test_name(name):\n    assert NAMES == [name]\n"
        ),
    }
    tidied = tidy(project, settings=settings)
    assert [tidied[name].count("import") for name in project] == [
        text.count("import") for text in project.values()
    ]
    results = {one.gate: one for one in run_gates(tidied, "main.py", settings=settings)}
    assert results.pop("promises").outcome is Outcome.SKIPPED
    assert {one.outcome for one in results.values()} == {Outcome.PASSED}, results
    assert results["start"].output == "['a']\n"
