"""The gate ``start`` uses the forms of a site, as ordinary and as hostile visitors do."""

from collections.abc import Mapping

import pytest

from tests.sandbox.conftest import CheckAll
from tests.sandbox.use_programs import guest_book
from toggle_core.gates.checks.context import Judgement
from toggle_core.words import Outcome

SCRIPTED = (
    "What a visitor types on / becomes part of the page: a script in it would run in everybody's "
    "browser (cross-site scripting)."
)
NO_ANSWER, CLOSED = "It gives no complete answer when / gets", "It closed the connection"
WORDS = "words where the form expects a number or a choice"
NO_TURNS = (
    "from contextlib import nullcontext\n\nLOCK = nullcontext()\nread_at_once = read\n\n\n"
    "def read():\n    entries = read_at_once()\n    time.sleep(0.1)\n    return entries\n\n\n"
    "def write(entries):\n    own = Path(f'{threading.get_ident()}.json')\n"
    "    own.write_text(json.dumps(entries))\n    own.replace(KEPT)"
)
IN_MEMORY = (
    "ENTRIES = []\n\n\ndef read():\n    return ENTRIES\n\n\n"
    "def write(entries):\n    ENTRIES[:] = entries"
)
TOKEN = (
    "form = FORM.replace('<button>', '<input type=hidden name=csrf value=k7><button>')\n"
    "        self.answer(200, form + ''.join(f'<p>{show(each)}</p>' for each in read()))\n"
    "        return"
)
SERVES_FILES = (
    "file = Path('public', unquote(parts.path).lstrip('/'))\n"
    "        if file.is_file():\n            self.answer(200, file.read_text())\n            return"
)
UPLOAD = (
    'FORM = FORM.replace(\'method="post"\', \'method="post" enctype="multipart/form-data"\')'
    ".replace('<button>', '<input type=file name=photo><button>')"
)
READ_UPLOAD = (
    "from email import message_from_bytes\n        import io\n"
    "        length = int(self.headers['Content-Length'])\n"
    "        kind = self.headers['Content-Type']\n"
    "        sent = message_from_bytes(b'Content-Type: ' + kind.encode() + b'\\n\\n' "
    "+ self.rfile.read(length))\n"
    "        for part in sent.get_payload():\n"
    "            if part.get_filename():\n"
    "                Path('uploads').mkdir(exist_ok=True)\n"
    "                name = {name}\n"
    "                Path('uploads', name).write_bytes(part.get_payload(decode=True))\n"
    "        self.rfile = io.BytesIO()\n        del self.headers['Content-Length']"
)
QUERY = (
    "number = parse_qs(parts.query).get('page', ['1'])[0]\n"
    "        if 'page' in parts.query:\n            int(number)\n"
    "        self.answer(200, FORM + '<a href=\"/?page=2\">more</a>')\n        return"
)
GOOD = {
    "guest book": guest_book(),
    "an upload with a name of its own": guest_book(
        before=READ_UPLOAD.format(name="Path(part.get_filename()).name"), end=UPLOAD
    ),
    "a hidden token": guest_book(
        TOKEN,
        "if form.get('csrf') != 'k7':\n            self.answer(403, 'No.')\n            return",
    ),
    "it refuses what is wrong": guest_book(
        post="if not form.get('stars', '1').isdigit():\n            self.answer(400, 'A number.')\n"
        "            return"
    ),
    "it hangs up on far too much": guest_book(
        post="if len(form.get('name', '')) > 10_000:\n            self.close_connection = True\n"
        "            return"
    ),
    "markup that does nothing": guest_book(
        end="def show(text):\n"
        "    return html.escape(text).replace('&lt;b&gt;', '<b>').replace('&lt;/b&gt;', '</b>')"
    ),
    "what it depends on is away": guest_book(
        post="self.answer(503, 'The weather service is away.')\n        return"
    ),
    "a form of another site": guest_book(
        end="FORM = FORM.replace('/add', 'https://pay.example/start')"
    ),
}
BAD = {
    "it shows what was typed as it is": (
        guest_book(end="def show(text):\n    return text"),
        SCRIPTED,
    ),
    "an attribute takes what was typed": (
        guest_book(end="def show(text):\n    return f'<input value=\"{text}\">'"),
        SCRIPTED,
    ),
    "it serves any file": (
        guest_book(SERVES_FILES) | {"public/style.css": "body {}"},
        "Anybody can read files outside of the project: GET /../",
    ),
    "joined SQL": (
        guest_book(
            post="import sqlite3\n        name = form.get('name', '')\n"
            "        sqlite3.connect(':memory:').execute(\"SELECT '\" + name + \"'\")"
        ),
        f"{NO_ANSWER} an apostrophe and HTML: {CLOSED}",
    ),
    "a number is believed": (
        guest_book(post="int(form.get('stars') or 1)"),
        f"{NO_ANSWER} {WORDS}: {CLOSED}",
    ),
    "a choice is believed": (
        guest_book(
            post="if form.get('colour') not in (None, 'red', 'blue'):\n"
            "            self.answer(500, 'Oops')\n            return"
        ),
        f"It answers with an error (HTTP 500) when / gets {WORDS}.",
    ),
    "nothing is not expected": (
        guest_book(post="form['name']"),
        f"{NO_ANSWER} nothing at all: {CLOSED}",
    ),
    "it shows its traceback": (
        guest_book(
            post="import traceback\n        try:\n            int(form.get('stars') or 1)\n"
            "        except ValueError:\n"
            "            self.answer(400, f'<pre>{html.escape(traceback.format_exc())}</pre>')\n"
            "            return"
        ),
        f"It shows a traceback when / gets {WORDS}.",
    ),
    "the form leads nowhere": (
        guest_book(post="self.answer(404, 'No such page.')\n        return"),
        "The form on / leads nowhere (HTTP 404).",
    ),
    "it keeps nothing": (
        guest_book(end=IN_MEMORY),
        "What a visitor enters on / is gone after a restart.",
    ),
    "an upload goes where its name says": (
        guest_book(before=READ_UPLOAD.format(name="part.get_filename()"), end=UPLOAD),
        "Anybody can write files outside of the project: a file with the name ../../",
    ),
    "the query of a link is believed": (
        guest_book(QUERY),
        "It gives no complete answer when / gets an apostrophe and HTML as “page” in its address",
    ),
    "nobody takes turns": (
        guest_book(end=NO_TURNS),
        "When 20 visitors use / at the same moment, only ",
    ),
    "too many at once": (
        guest_book(
            post="if not LOCK.acquire(blocking=False):\n            self.answer(500, 'Busy')\n"
            "            return\n        time.sleep(0.1)\n        LOCK.release()"
        ),
        "It answers with an error (HTTP 500) when / gets the same from 20 visitors at once.",
    ),
    "a shell gets what was typed": (
        guest_book(
            post="import subprocess\n"
            "        form['name'] = subprocess.getoutput('echo ' + form.get('name', ''))"
        ),
        "A shell carries out what is typed, so anybody can run commands here: POST /add",
    ),
    "a visitor ends it": (
        guest_book(post="'漢' in form.get('name', '') and os._exit(3)"),
        "It ends when / gets letters of other scripts: It ended with exit code 3",
    ),
}


@pytest.fixture(scope="module")
def judged(check_all: CheckAll) -> Mapping[str, Judgement]:
    """What the gate says of each site."""
    return check_all("start", GOOD | {name: project for name, (project, _) in BAD.items()})


@pytest.mark.parametrize("name", GOOD)
def test_a_site_that_holds_passes(judged: Mapping[str, Judgement], name: str) -> None:
    found = judged[name]
    assert found.outcome is Outcome.PASSED, found.detail


@pytest.mark.parametrize("name", BAD)
def test_a_site_that_fails_its_visitors_is_refused(
    judged: Mapping[str, Judgement], name: str
) -> None:
    found = judged[name]
    assert found.outcome is Outcome.FAILED, found.detail
    assert found.summary.startswith(BAD[name][1])


def test_the_request_that_shows_it_is_kept(judged: Mapping[str, Judgement]) -> None:
    detail = judged["a choice is believed"].detail
    assert "POST /add\nname=O%27Neil" in detail
    assert "-> 500 Oops" in detail
