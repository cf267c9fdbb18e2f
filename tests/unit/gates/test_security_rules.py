"""What counts as a risk in Python code: only what comes from outside."""

import pytest

from toggle_core.gates.harness.pickles import is_of_own_file
from toggle_core.gates.harness.risks import find_risks
from toggle_core.gates.harness.secrets_scan import find_secrets
from toggle_core.gates.harness.sources import read_sources


def rules(text: str, name: str = "main.py", **others: str) -> list[str]:
    files = {name: text} | {f"{other}.py": more for other, more in others.items()}
    sources = read_sources(files)
    return [str(one["rule"]) for one in (*find_risks(sources), *find_secrets(files, sources))]


RISKY = {
    "sql": [
        "def find(db, name):\n    return db.execute(f\"SELECT a FROM b WHERE n = '{name}'\")\n",
        (
            'def find(db, name):\n    return db.execute("SELECT a FROM b WHERE n = \'" + name + '
            '"\'")\n'
        ),
        "def find(db, name):\n    return db.execute(\"SELECT a FROM b WHERE n = '%s'\" % name)\n",
        "def find(db, name):\n    return db.execute('SELECT a FROM b WHERE n = {}'.format(name))\n",
        (
            "def find(db, name):\n    parts = ['SELECT a FROM b WHERE n = ', name]\n"
            "    return db.execute(''.join(parts))\n"
        ),
        (
            "def find(db, name):\n    sql = 'SELECT a FROM b WHERE n = '\n    sql += name\n"
            "    return db.execute(sql)\n"
        ),
        "def remove(db):\n    db.execute('DELETE FROM b WHERE n = ' + input('Name? '))\n",
        (
            "import sys\n\ndef _find(db, name):\n    db.execute(f'SELECT a FROM b WHERE n = "
            "{name}')\n\n"
            "def main(db):\n    _find(db, sys.argv[1])\n"
        ),
        (
            "class Store:\n    def _run(self, sql):\n        return self.db.execute(sql)\n\n"
            "    def find(self, name):\n        return self._run(f'SELECT a FROM b WHERE n = "
            "{name}')\n"
        ),
    ],
    "shell": [
        "import os\n\ndef ping(host):\n    os.system('ping ' + host)\n",
        "import subprocess\n\ndef ping(host):\n    subprocess.run(f'ping {host}', shell=True)\n",
        "import subprocess\n\ndef ping(host):\n    subprocess.run(['sh', '-c', 'ping ' + host])\n",
        "import subprocess\n\ndef ping(host):\n    subprocess.run(('/bin/bash', '-lc', host))\n",
        "import sys, os\n\nos.popen('ping ' + sys.argv[1])\n",
        "import subprocess\n\nsubprocess.check_output(input(), shell=True)\n",
        "import subprocess\n\ndef ping(host):\n    subprocess.run(['cmd', '/c', f'ping {host}'])\n",
    ],
    "bind-all": [
        "from http.server import HTTPServer\n\nHTTPServer(('0.0.0.0', 8000), None)\n",
        "app.run(host='0.0.0.0')\n",
        "import socket\n\nsocket.socket().bind(('::', 80))\n",
    ],
    "chmod": [
        "import os\n\nos.chmod('a', 0o777)\n",
        "from pathlib import Path\n\nPath('a').chmod(0o666)\n",
    ],
    "password-hash": [
        (
            "import hashlib as h\n\ndef store(password):\n    return "
            "h.sha256(password.encode()).digest()\n"
        ),
        (
            "import hashlib as h\n\ndef hash_password(text):\n    return "
            "h.md5(text.encode()).digest()\n"
        ),
        (
            "import hashlib\n\ndef save(salt, passwd):\n"
            "    return hashlib.sha512((salt + passwd).encode()).digest()\n"
        ),
    ],
    "debug": [
        "app.run(debug=True)\n",
        "from fastapi import FastAPI\n\napp = FastAPI(debug=True)\n",
    ],
    "secret": [
        "KEY = 'AKIA" + "Q3EGRPVZK7LMN2TW'\n",
        "STRIPE = 'sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc'\n",
        "API_TOKEN = '9f8c2b7e1d4a6053" + "be71c0aa42d9e6f1'\n",
        "connect(password='kQ7v9ZpL2x" + "Wm4Rt8Yb3N')\n",
    ],
}


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule, texts in RISKY.items() for text in texts]
)
def test_a_risk_is_found(rule: str, text: str) -> None:
    assert rules(text) == [rule]


GOOD = [
    "def find(db, name):\n    return db.execute('SELECT a FROM b WHERE n = ?', (name,))\n",
    (
        "def by_ids(db, ids):\n    marks = ', '.join(['?'] * len(ids))\n"
        "    return db.execute(f'SELECT a FROM b WHERE id IN ({marks})', ids)\n"
    ),
    (
        "def by_ids(db, ids):\n"
        "    return db.execute('SELECT a FROM b WHERE id IN (%s)' % ','.join('?' for _ in "
        "ids), ids)\n"
    ),
    (
        "ORDERS = {'new': 'made DESC'}\n\ndef rows(db, order):\n"
        "    return db.execute(f\"SELECT a FROM b ORDER BY {ORDERS.get(order, 'made')}\")\n"
    ),
    (
        "ORDERS = ('name', 'made')\n\ndef rows(db, order):\n    if order not in ORDERS:\n"
        "        order = 'name'\n    return db.execute(f'SELECT a FROM b ORDER BY {order}')\n"
    ),
    (
        "FIELDS = ('name', 'mail')\n\ndef change(db, number, values):\n"
        "    sets = ', '.join(f'{field} = ?' for field in FIELDS if field in values)\n"
        "    db.execute(f'UPDATE b SET {sets} WHERE id = ?', [*values.values(), number])\n"
    ),
    (
        "def rows(db, newest):\n    way = 'DESC' if newest else 'ASC'\n"
        "    return db.execute(f'SELECT a FROM b ORDER BY made {way}')\n"
    ),
    (
        "def search(db, words):\n    clauses, values = [], []\n    for word in words:\n"
        "        clauses.append('name LIKE ?')\n        values.append(word)\n"
        "    sql = 'SELECT a FROM b'\n    if clauses:\n        sql += ' WHERE ' + ' AND "
        "'.join(clauses)\n"
        "    return db.execute(sql, values)\n"
    ),
    "def page(db, number: int):\n    return db.execute(f'SELECT a FROM b LIMIT 9,  {number}')\n",
    (
        "class Store:\n    TABLE = 'notes'\n\n    def all(self):\n"
        "        return self.db.execute(f'SELECT * FROM {self.TABLE}')\n"
    ),
    (
        "def _count(db, table):\n    return db.execute(f'SELECT count(*) FROM {table}')\n\n"
        "def main(db):\n    return _count(db, 'notes') + _count(db, 'people')\n"
    ),
    (
        "def query(db, sql, values=()):\n    return db.execute(sql, values)\n\n"
        "def find(db, name):\n    return query(db, 'SELECT a FROM b WHERE n = ?', (name,))\n"
    ),
    "def run(pool, task):\n    pool.execute(f'hello {task}')\n",
    "import os\n\nos.system('cls' if os.name == 'nt' else 'clear')\n",
    "import subprocess\n\ndef ping(host):\n    subprocess.run(['ping', '-c', '1', host])\n",
    (
        "import shlex, subprocess\n\ndef ping(host):\n"
        "    subprocess.run('ping ' + shlex.quote(host), shell=True)\n"
    ),
    "import os\n\nHOST = os.environ.get('HOST', '0.0.0.0')\n",
    "from http.server import HTTPServer\n\nHTTPServer(('127.0.0.1', 8000), None)\n",
    "import os\n\nos.chmod('start.sh', 0o755)\n",
    "import hashlib\n\ndef gravatar(mail):\n    return hashlib.md5(mail.encode()).hexdigest()\n",
    (
        "import hashlib\n\ndef store(password, salt):\n"
        "    return hashlib.pbkdf2_hmac('sha256', password.encode(), salt, 600_000)\n"
    ),
    "import hashlib\n\ndef etag(body):\n    return hashlib.sha1(body).hexdigest()\n",
    "import os\n\nAPI_KEY = os.environ['API_KEY']\nTOKEN_HEADER = 'X-Token-Abc123Def456Ghi789'\n",
    "PASSWORD_FIELD = 'password'\nPROMPT = 'Enter your password'\nSECRET_NAME = 'secret'\n",
    "ALPHABET_OF_TOKENS = 'abcdefghijklmnopqrstuvwxyz0123456789'\n",
]


@pytest.mark.parametrize("text", GOOD)
def test_good_code_is_no_risk(text: str) -> None:
    assert rules(text) == []


@pytest.mark.parametrize("name", ["test_main.py", "tests/helpers.py", "conftest.py"])
def test_the_code_of_tests_is_not_scanned(name: str) -> None:
    assert rules(RISKY["shell"][0], name) == []


def test_a_file_named_as_a_test_is_scanned_if_the_program_imports_it() -> None:
    assert rules(RISKY["shell"][0], "test_pings.py", main="import test_pings\n") == ["shell"]


def test_a_secret_in_any_text_file_is_found() -> None:
    files = {".env": "PAYMENTS=sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc\n"}
    assert [one["line"] for one in find_secrets(files, [])] == [1]


def test_long_chains_of_names_come_to_an_end() -> None:
    chain = "".join(f"a{number} = a{number + 1} + a{number + 2}\n" for number in range(2_000))
    query = "def find(db):\n    db.execute('SELECT a FROM ' + a0)\n\n\n"
    assert rules(query + chain) == ["sql"]


def test_a_name_that_is_the_object_itself_is_followed_no_further() -> None:
    text = (
        "class Store:\n    def _name(self):\n        return self\n\n"
        "    def find(self, db):\n        db.execute('SELECT a FROM ' + self._name())\n\n\n"
        "Store().find(1)\nStore()._name()\n"
    )
    assert rules(text) == ["sql"]


@pytest.mark.parametrize(
    ("loads", "own"),
    [
        ("with open('a.pkl', 'rb') as file:\n    data = pickle.load(file)", True),
        ("with path.open('rb') as file:\n    data = pickle.loads(file.read())", True),
        ("data = pickle.loads(Path('a.pkl').read_bytes())", True),
        ("data = pickle.load(open('a.pkl', 'rb'))", True),
        ("data = pickle.loads(request.body)", False),
        ("data = pickle.loads(connection.recv(100))", False),
        ("data = pickle.load(upload)", False),
        ("with open('a') as file:\n    data = pickle.loads(handler.rfile.read(9))", False),
    ],
)
def test_pickle_of_own_file_is_told_from_one_that_others_send(loads: str, own: bool) -> None:
    text = f"import pickle\n{loads}\n"
    (source,) = read_sources({"main.py": text})
    line = text.count("\n", 0, text.index("data =")) + 1
    assert is_of_own_file(source, line) is own
