"""A download starts by a double click: on Linux it is tried here."""

import os
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import httpx

from tests.polling import eventually
from toggle_core.projects.archive import zip_of
from toggle_core.projects.starters import EXECUTABLE, starters_of

SERVER = """
import http.server, os
http.server.HTTPServer(
    ("127.0.0.1", int(os.environ["PORT"])), http.server.SimpleHTTPRequestHandler
).serve_forever()
"""


def test_start_sh_finds_python_starts_the_program_and_opens_the_browser(tmp_path: Path) -> None:
    folder = tmp_path / "my project"
    files = {"app/main.py": SERVER, "index.html": "<h1>Hello</h1>", **starters_of("app/main.py")}
    with zipfile.ZipFile(BytesIO(zip_of(files, "my project", EXECUTABLE))) as packed:
        packed.extractall(tmp_path)
        modes = {each.filename: each.external_attr >> 16 for each in packed.infolist()}
    assert modes["my project/start.command"] == modes["my project/start.sh"] == 0o100755
    assert modes["my project/start.bat"] == modes["my project/index.html"] == 0o100644
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{opened}"\n')
    browser.chmod(0o755)
    program = subprocess.Popen(
        ["sh", str(folder / "start.sh")],
        env={"PATH": os.environ["PATH"], "BROWSER": f"{browser} %s", "HOME": str(tmp_path)},
        cwd="/",
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        eventually(lambda: opened.exists() and opened.read_text().strip())
        page = httpx.get(opened.read_text().strip(), timeout=60)
        assert page.text == "<h1>Hello</h1>"
    finally:
        os.killpg(program.pid, 15)
        program.wait(30)


def test_windows_gets_its_own_line_ends_and_no_unix_shell() -> None:
    text = starters_of("main.py")["start.bat"]
    assert text.count("\r\n") == text.count("\n")
    assert "py -3" in text
    assert starters_of("main.py")["start.sh"].startswith("#!/bin/sh\n")
