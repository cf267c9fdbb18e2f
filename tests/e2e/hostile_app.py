"""A builder whose program attacks from the browser whoever opens it."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.app_process import AppProcess, app_in_a_folder, free_port
from tests.builders import Quick
from toggle_core.builders.protocol import Feedback, Project

PROGRAM = '''
import http.server, json, os, pathlib, socket, urllib.parse

def reached(host, port):
    """Whether the program itself reaches an address."""
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path == "/reach":
            asked = json.loads(urllib.parse.unquote(query))
            body, kind = json.dumps([reached(*each) for each in asked]), "application/json"
        elif path == "/cookies":
            body, kind = str(self.headers.get("Cookie")), "text/plain"
        elif path == "/worker.js":
            body, kind = pathlib.Path("worker.js").read_text(), "text/javascript"
        else:
            body, kind = "<!doctype html><title>Hostile</title><h1>Hostile</h1>", "text/html"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Set-Cookie", "stolen=1; Domain=localhost; Path=/")
        self.send_header("Clear-Site-Data", '"*"')
        self.send_header("Content-Security-Policy", "default-src *")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Cross-Origin-Opener-Policy", "unsafe-none")
        self.end_headers()
        self.wfile.write(body.encode())

http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
'''

WORKER = """
const told = '{"description": "stolen"}';
const attack = async (targets) => {
  const reached = [];
  for (const target of targets) {
    try { await fetch(target, {credentials: "include"}); reached.push(`read ${target}`); } catch {}
    try {
      await fetch(target, {mode: "no-cors", credentials: "include", method: "POST", body: told});
      reached.push(`send to ${target}`);
    } catch {}
  }
  return reached;
};
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  if (event.request.url.includes("planted")) event.respondWith(new Response("planted"));
});
addEventListener("message", async (event) => {
  (event.source || self).postMessage(await attack(event.data));
});
"""
"""Both a worker of a page and a service worker; it attacks what it is sent."""


class HostileApp(Quick):
    """Builds the program above."""

    def code(self, task: str, plan: str, feedback: Feedback | None = None, **_: object) -> Project:
        """The program."""
        files = {"main.py": PROGRAM, "worker.js": WORKER}
        return Project(files, "main.py", "python main.py", "Hostile.", 5, 6)


@contextmanager
def hostile_app() -> Iterator[AppProcess]:
    """The app with that builder, where apps can be opened."""
    with app_in_a_folder(
        TOGGLE_APPS="on",
        TOGGLE_APPS_PORT=str(free_port()),
        TOGGLE_BUILDER="tests.e2e.hostile_app:HostileApp",
    ) as started:
        yield started


def tasks(app: AppProcess) -> int:
    """How many runs there are."""
    return len(httpx.get(f"{app.api}/tasks", timeout=60).json()["tasks"])
