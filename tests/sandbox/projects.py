"""Projects the gates are tried on."""

HELLO = {
    "main.py": (
        '"""Say hello."""\n\n\n'
        "def greeting(name: str) -> str:\n"
        '    return f"Hello, {name}!"\n\n\n'
        'if __name__ == "__main__":\n'
        '    print(greeting("world"))\n'
    ),
    "test_main.py": (
        "from main import greeting\n\n\n"
        "def test_greeting() -> None:\n"
        '    assert greeting("you") == "Hello, you!"\n'
    ),
    "README.md": "# Hello\n",
}

SERVER = {
    "main.py": (
        '"""A shop of two pages."""\n\n'
        "import os\n"
        "from http.server import BaseHTTPRequestHandler, HTTPServer\n\n"
        'PAGES = {"/": "<h1>Shop</h1><a href=\'/about?x=1\'>about</a>'
        '<a href=\'http://example.com/\'>away</a>", "/about": "<p>About us</p>"}\n\n\n'
        "class Handler(BaseHTTPRequestHandler):\n"
        "    def do_GET(self) -> None:\n"
        '        body = PAGES.get(self.path.partition("?")[0])\n'
        "        self.send_response(200 if body else 404)\n"
        '        self.send_header("Content-Type", "text/html; charset=utf-8")\n'
        "        self.end_headers()\n"
        '        self.wfile.write((body or "nothing here").encode())\n\n\n'
        'if __name__ == "__main__":\n'
        '    port = int(os.environ.get("PORT", "8000"))\n'
        '    print(f"Open http://localhost:{port}")\n'
        '    HTTPServer(("127.0.0.1", port), Handler).serve_forever()\n'
    ),
    "test_main.py": (
        "import threading\n"
        "from collections.abc import Iterator\n"
        "from http.client import HTTPConnection\n"
        "from http.server import HTTPServer\n\n"
        "import pytest\n\n"
        "from main import Handler\n\n\n"
        "@pytest.fixture\n"
        "def server() -> Iterator[HTTPConnection]:\n"
        "    made = HTTPServer(('127.0.0.1', 0), Handler)\n"
        "    threading.Thread(target=made.serve_forever, daemon=True).start()\n"
        "    yield HTTPConnection('127.0.0.1', made.server_port)\n"
        "    made.shutdown()\n"
        "    made.server_close()\n\n\n"
        "def test_page(server: HTTPConnection) -> None:\n"
        "    server.request('GET', '/about?x=1')\n"
        "    answer = server.getresponse()\n"
        "    assert (answer.status, answer.read()) == (200, b'<p>About us</p>')\n\n\n"
        "def test_no_page(server: HTTPConnection) -> None:\n"
        "    server.request('GET', '/nothing')\n"
        "    answer = server.getresponse()\n"
        "    assert (answer.status, answer.read()) == (404, b'nothing here')\n"
    ),
}

FAILING_TEST = (
    "from main import greeting\n\n\ndef test_sum() -> None:\n    assert greeting('you') == 3\n"
)


def hello(**changed: str) -> dict[str, str]:
    """Return the hello project with some files changed or added.

    Args:
        changed: texts by paths, with ``__`` for a slash and ``_py`` for ``.py``.
    """
    paths = (name.replace("__", "/").replace("_py", ".py") for name in changed)
    return HELLO | dict(zip(paths, changed.values(), strict=True))
