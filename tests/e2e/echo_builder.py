"""The built-in builder, which makes one program more: it answers over a WebSocket."""

from collections.abc import Mapping
from typing import Any

from toggle_core.builders.blueprints.builder import Blueprints
from toggle_core.builders.protocol import Feedback, Plan, Project

ECHO = "A WebSocket echo"
"""The task that asks for it."""

PROGRAM = '''"""A page and the WebSocket behind it, which sends back what it gets (RFC 6455)."""

import base64
import hashlib
import http.server
import os
import struct
from pathlib import Path

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE = 1, 8


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Show the page, or become a WebSocket."""
        if self.path == "/echo":
            self.talk()
            return
        body = Path(__file__).with_name("page.html").read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def talk(self) -> None:
        """Send every message back until the browser closes."""
        key = self.headers["Sec-WebSocket-Key"] + GUID
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", accept)
        self.end_headers()
        self.close_connection = True
        while True:
            kind, message = self.read_message()
            if kind == CLOSE:
                return
            answer = b"Echo: " + message
            self.wfile.write(struct.pack("!BB", 0x80 | TEXT, len(answer)) + answer)

    def read_message(self) -> tuple[int, bytes]:
        """Read a short message, which browsers send masked."""
        head = self.rfile.read(2)
        if len(head) < 2:
            return CLOSE, b""
        mask = self.rfile.read(4)
        data = self.rfile.read(head[1] & 0x7F)
        return head[0] & 0x0F, bytes(each ^ mask[at % 4] for at, each in enumerate(data))


if __name__ == "__main__":
    address = ("127.0.0.1", int(os.environ["PORT"]))
    http.server.ThreadingHTTPServer(address, Handler).serve_forever()
'''

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Echo</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Echo</h1>
<form><label>Message <input maxlength="40" required></label> <button disabled>Send</button></form>
<ul></ul></main>
<script>
const socket = new WebSocket(`${location.origin.replace("http", "ws")}/echo`);
const [form, field] = [document.forms[0], document.querySelector("input")];
socket.onopen = () => { document.querySelector("button").disabled = false; };
socket.onmessage = ({ data }) => {
  document.querySelector("ul").append(Object.assign(document.createElement("li"), {
    textContent: data,
  }));
};
form.onsubmit = (event) => { event.preventDefault(); socket.send(field.value); form.reset(); };
</script></body></html>
"""


class WithEcho(Blueprints):
    """Builds from the library, and the echo where the task asks for it."""

    def plan(self, task: str) -> Plan:
        """A plan of two steps for the echo."""
        if task != ECHO:
            return super().plan(task)
        return Plan("A page that sends messages over a WebSocket.\n\n1. The page\n2. The server")

    def code(
        self,
        task: str,
        plan: str,
        feedback: Feedback | None = None,
        *,
        promises: Mapping[str, Any] | None = None,
    ) -> Project:
        """The program above for the echo."""
        if task != ECHO:
            return super().code(task, plan, feedback, promises=promises)
        files = {"main.py": PROGRAM, "page.html": PAGE}
        return Project(files, "main.py", "python main.py", "It sends back what it gets.")
