"""The gate ``start`` on programs that come to an end."""

from collections.abc import Mapping

import pytest

from tests.sandbox.conftest import Check, CheckAll
from tests.sandbox.start_programs import program
from toggle_core.gates.checks.context import Judgement
from toggle_core.words import Outcome

TRACEBACK = "import traceback\n\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    "
SAMPLE = (
    "2026-05-04 09:00:01 ERROR Order failed\n"
    "Traceback (most recent call last):\n"
    '  File "/srv/shop/orders.py", line 12, in place\n'
    "    raise ValueError(number)\n"
    "ValueError: 1041\n"
)
ASYNC_FAILURE = """import asyncio
import gc


async def fail():
    raise ValueError("lost")


async def main():
    task = asyncio.create_task(fail())
    await asyncio.sleep(0.01)
    del task
    gc.collect()
    print("done")


asyncio.run(main())
"""

GOOD = {
    "prints": program("print('3 tasks')\n"),
    "prints to the error stream": program("import sys\n\nprint('3 tasks', file=sys.stderr)\n"),
    "writes a report": program("open('report.csv', 'w').write('a,b\\n')\n"),
    "writes to the home": program(
        "from pathlib import Path\n\n(Path.home() / 'notes.txt').write_text('hi')\n"
    ),
    "changes a file": program("open('list.txt', 'a').write('more\\n')\n", list_txt="one\n"),
    "removes a file": program("import os\n\nos.remove('old.txt')\n", old_txt="one\n"),
    "a game without a player": program(
        "try:\n    input('Your guess: ')\nexcept EOFError:\n    print('Bye.')\n"
    ),
    "prose about tracebacks": program(
        "print('Traceback (most recent call last): is what Python writes first.')\n"
        "print('Traceback (most recent call last):')\nprint('and so on')\n"
    ),
    "a log of its own with tracebacks": program(
        "print(open('sample.log').read())\n", sample_log=SAMPLE
    ),
    "a sample in its code": program(f"SAMPLE = {SAMPLE!r}\n\nprint(SAMPLE)\n"),
    "shows its help": program(
        "import argparse\n\nparser = argparse.ArgumentParser(description='Keeps notes.')\n"
        "parser.add_argument('--add')\nparser.add_argument('--list')\nparser.print_help()\n"
    ),
    "an empty list and a hint": program(
        "print('No tasks yet.')\nprint('Usage: python main.py add TEXT')\n"
    ),
    "to-dos about installing": program(
        "print('1. Install curtains')\nprint('2. Set a password')\n"
    ),
    "a package it can do without": program(
        "try:\n    import rich\nexcept ImportError:\n    rich = None\nprint('plain')\n"
    ),
    "tries its own server": program(
        "import threading\nimport urllib.request\n"
        "from http.server import BaseHTTPRequestHandler, HTTPServer\n\n\n"
        "class Handler(BaseHTTPRequestHandler):\n    def do_GET(self):\n"
        "        self.send_response(200)\n        self.end_headers()\n"
        "        self.wfile.write(b'hello')\n\n\n"
        "server = HTTPServer(('127.0.0.1', 0), Handler)\n"
        "threading.Thread(target=server.serve_forever, daemon=True).start()\n"
        "url = f'http://127.0.0.1:{server.server_port}/'\n"
        "print(urllib.request.urlopen(url).read())\n"
    ),
}


def error(text: str) -> str:
    """Return the sentence for a traceback of a program that ended with 0."""
    return f"An error happened while it ran: {text} (traceback printed, exit code 0)."


SILENT = "It ended without doing anything visible: no output, no file (exit code 0)."
ONLY_DEFINES = (
    "main.py only defines things, so starting it does nothing visible: no output, no file "
    "(exit code 0)."
)
WAITS_FOR_EVER = (
    "It goes on waiting for someone to type, and there is nobody when it is checked (no end within "
    "8 seconds)."
)
ENDS_AT_ONCE = (
    "It begins to serve on its port, but ends at once instead of serving visitors (exit code 0)."
)
NEEDS_ARGUMENTS = "It needs arguments to do anything"

BAD = {
    "does nothing": (program("def main():\n    pass\n\n\nmain()\n"), SILENT),
    "prints blanks": (program("print('  \\n\\t\\x1b[2J')\n"), SILENT),
    "makes an empty file": (program("open('notes.txt', 'w').close()\n"), SILENT),
    "caches only": (
        program(
            "from pathlib import Path\n\nPath('.cache').mkdir()\nPath('.cache/x').write_text('x')\n"
        ),
        SILENT,
    ),
    "only defines": (
        program('"""Adds."""\n\n\ndef add(a, b):\n    return a + b\n'),
        ONLY_DEFINES,
    ),
    "prints a traceback": (
        program(f"{TRACEBACK}traceback.print_exc()\n"),
        error("ZeroDivisionError: division by zero"),
    ),
    "prints a traceback as text": (
        program(f"{TRACEBACK}print('Oh: ' + traceback.format_exc())\n"),
        error("ZeroDivisionError: division by zero"),
    ),
    "logs an exception": (
        program(f"import logging\n{TRACEBACK}logging.exception('failed')\n"),
        error("ZeroDivisionError: division by zero"),
    ),
    "a thread fails": (
        program(
            "import threading\n\n\ndef work():\n    raise KeyError('x')\n\n\n"
            "thread = threading.Thread(target=work)\nthread.start()\nthread.join()\n"
            "print('done')\n"
        ),
        error("KeyError: 'x'"),
    ),
    "a task fails": (
        program(ASYNC_FAILURE),
        error("ValueError: lost"),
    ),
    "cleaning up fails": (
        program(
            "class Thing:\n    def __del__(self):\n        raise OSError('stuck')\n\n\n"
            "thing = Thing()\ndel thing\nprint('done')\n"
        ),
        error("OSError: stuck"),
    ),
    "a traceback behind much output": (
        program(f"print('x' * 200_000)\n{TRACEBACK}traceback.print_exc()\n"),
        error("ZeroDivisionError: division by zero"),
    ),
    "another traceback than its sample": (
        program(
            f"print(open('sample.log').read())\n{TRACEBACK}traceback.print_exc()\n",
            sample_log=SAMPLE,
        ),
        error("ZeroDivisionError: division by zero"),
    ),
    "an error": (
        program("raise ValueError('no')\n"),
        "It ended with an error: ValueError: no (exit code 1).",
    ),
    "errors in a group": (
        program("raise ExceptionGroup('two', [ValueError('a'), KeyError('b')])\n"),
        "It ended with an error: ExceptionGroup: two (2 sub-exceptions) (exit code 1).",
    ),
    "an exit code": (
        program("import sys\n\nprint('Oh.')\nsys.exit(3)\n"),
        "It ended with an error (exit code 3).",
    ),
    "a signal": (
        program("import os\n\nos.abort()\n"),
        "It was ended by signal 6 right after it started.",
    ),
    "asks": (
        program("name = input('Your name? ')\nprint(name)\n"),
        "It waits for someone to type, and there is nobody when it is checked (EOFError).",
    ),
    "asks for ever": (
        program("import sys, time\n\nwhile not sys.stdin.readline():\n    time.sleep(0.1)\n"),
        WAITS_FOR_EVER,
    ),
    "sleeps": (
        program("import time\n\nprint('working')\ntime.sleep(60)\n"),
        "It neither ended nor opened a port within 8 seconds.",
    ),
    "argparse": (
        program(
            "import argparse\n\nparser = argparse.ArgumentParser()\n"
            "parser.add_argument('file')\nparser.parse_args()\n"
        ),
        f"{NEEDS_ARGUMENTS} (exit code 2).",
    ),
    "argparse, and all is well": (
        program(
            "import argparse\n\nparser = argparse.ArgumentParser()\n"
            "parser.add_argument('file')\ntry:\n    parser.parse_args()\nexcept SystemExit:\n"
            "    pass\n"
        ),
        f"{NEEDS_ARGUMENTS}; started without any, it only says so.",
    ),
    "please": (
        program("print('Please provide two numbers.')\n"),
        f"{NEEDS_ARGUMENTS}; started without any, it only says so.",
    ),
    "usage": (
        program("import sys\n\nprint('Usage: main.py FILE')\nsys.exit(2)\n"),
        f"{NEEDS_ARGUMENTS} (exit code 2).",
    ),
    "no argument": (
        program("import sys\n\nprint(open(sys.argv[1]).read())\n"),
        f"{NEEDS_ARGUMENTS} (exit code 1).",
    ),
    "forgets to serve": (
        program(
            "import os\nfrom http.server import HTTPServer, SimpleHTTPRequestHandler\n\n"
            "port = int(os.environ['PORT'])\n"
            "server = HTTPServer(('127.0.0.1', port), SimpleHTTPRequestHandler)\n"
            "print(f'Open http://127.0.0.1:{port}')\n"
        ),
        ENDS_AT_ONCE,
    ),
}


@pytest.fixture(scope="module")
def good(check_all: CheckAll) -> Mapping[str, Judgement]:
    """What the gate says of the good programs."""
    return check_all("start", GOOD)


@pytest.fixture(scope="module")
def bad(check_all: CheckAll) -> Mapping[str, Judgement]:
    """What the gate says of the bad programs."""
    return check_all("start", {name: project for name, (project, _) in BAD.items()})


@pytest.mark.parametrize("name", GOOD)
def test_a_command_passes_when_it_does_something_visible(
    name: str, good: Mapping[str, Judgement]
) -> None:
    assert good[name].outcome is Outcome.PASSED, good[name]


@pytest.mark.parametrize("name", BAD)
def test_a_command_fails_with_a_sentence_of_its_own(
    name: str, bad: Mapping[str, Judgement]
) -> None:
    assert (bad[name].summary, bad[name].outcome) == (BAD[name][1], Outcome.FAILED), bad[name]


def test_a_file_that_was_written_is_named(good: Mapping[str, Judgement]) -> None:
    judged = good["writes a report"]
    assert judged.summary.startswith("It ran, wrote report.csv, and ended well (exit code 0).")


def test_a_traceback_is_in_the_detail(bad: Mapping[str, Judgement]) -> None:
    assert 'File "/work/main.py", line' in bad["a traceback behind much output"].detail


def test_what_was_printed_before_a_failure_is_kept(bad: Mapping[str, Judgement]) -> None:
    assert bad["sleeps"].output == "working\n"


def test_output_beyond_the_limit_is_cut_and_counted(check: Check) -> None:
    judged = check("start", program("print('x' * 200_000)\n"))
    assert judged.outcome is Outcome.PASSED
    assert len(judged.output) < 70_000
    assert judged.output.endswith("[cut here: 134465 more bytes were written]\n")
