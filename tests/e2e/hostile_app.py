"""A builder whose program attacks from the browser whoever opens it."""

from tests.builders import Quick
from toggle_core.builders.protocol import Feedback, Project

PROGRAM = '''
import http.server, json, os, socket, urllib.parse

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
        else:
            body, kind = "<!doctype html><title>Hostile</title><h1>Hostile</h1>", "text/html"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Set-Cookie", "stolen=1; Domain=localhost; Path=/")
        self.send_header("Clear-Site-Data", '"*"')
        self.send_header("Content-Security-Policy", "default-src *")
        self.end_headers()
        self.wfile.write(body.encode())

http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
'''

ATTACK = """async ([dashboard, api, other]) => {
  const reached = [];
  const attempt = async (name, what) => {
    try { if (await what()) reached.push(name); } catch (error) { /* refused, as it should be */ }
  };
  const within = (seconds, start) => new Promise((yes) => {
    setTimeout(() => yes(false), seconds * 1000);
    start(yes);
  });
  for (const target of [`${dashboard}/`, `${dashboard}/api/tasks`, `${api}/tasks`, other,
                        `${dashboard}/_stcore/health`, `${dashboard}/_stcore/host-config`]) {
    await attempt(`read ${target}`, async () => (await fetch(target, {credentials: "include"})).ok);
    await attempt(`send to ${target}`, async () => {
      await fetch(target, {mode: "no-cors", credentials: "include", method: "POST",
                           body: '{"description": "stolen"}'});
      return true;
    });
    await attempt(`script ${target}`, () => within(2, (yes) => {
      const script = document.createElement("script");
      script.src = target;
      script.onload = () => yes(true);
      script.onerror = () => yes(false);
      document.head.append(script);
    }));
    await attempt(`frame ${target}`, () => within(2, (yes) => {
      const frame = document.createElement("iframe");
      frame.src = target;
      frame.onload = () => {
        try { yes(frame.contentDocument.body.innerText.length > 0); } catch { yes(false); }
      };
      document.body.append(frame);
    }));
    await attempt(`socket ${target}`, () => within(2, (yes) => {
      const socket = new WebSocket(target.replace("http", "ws").replace(/\\/$/, "/_stcore/stream"));
      socket.onopen = () => yes(true);
      socket.onerror = () => yes(false);
    }));
  }
  await attempt("a cookie of the parent", async () => {
    document.cookie = "planted=1; Domain=localhost; Path=/";
    document.cookie = "toggle_app=forged; Path=/";
    return document.cookie.includes("toggle_app") || document.cookie.includes("stolen=1; Domain");
  });
  await attempt("a window of the dashboard", () => within(3, (yes) => {
    const opened = window.open(`${dashboard}/`, "_blank");
    setTimeout(() => {
      try { yes(Boolean(opened && opened.document && opened.location.href !== "about:blank")); }
      catch { yes(false); }
    }, 2000);
  }));
  return reached;
}"""
"""Run in the page of the app; returns what it has reached."""


class HostileApp(Quick):
    """Builds the program above."""

    def code(self, task: str, plan: str, feedback: Feedback | None = None, **_: object) -> Project:
        """The program."""
        return Project({"main.py": PROGRAM}, "main.py", "python main.py", "Hostile.", 5, 6)
