"""Little programs that keep or break promises."""

NOTES = """import json
import sys
from pathlib import Path

PLACE = Path("notes.json")


def main(arguments):
    notes = json.loads(PLACE.read_text()) if PLACE.exists() else []
    command, *rest = arguments or ["list"]
    if command == "add":
        notes.append(" ".join(rest))
    elif command == "delete":
        number = int(rest[0])
        if not 0 < number <= len(notes):
            print("There is no such note.", file=sys.stderr)
            return 1
        del notes[number - 1]
    elif command == "ask":
        notes.append(input("Note: "))
    elif command == "export":
        Path(rest[0]).write_text("".join(f"{note},1\\n" for note in notes))
    else:
        for number, note in enumerate(notes, 1):
            print(f"{number}. {note}")
    PLACE.write_text(json.dumps(notes))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
"""

FORGETFUL = NOTES.replace("    PLACE.write_text(json.dumps(notes))\n", "")

LIBRARY = """def total(numbers):
    return round(sum(numbers), 2)


if __name__ == "__main__":
    print(total([1, 2]))
"""

WEB_HEAD = """import html
import json
import os
import secrets
import threading
import time
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PLACE = Path("data.json")
DATA = json.loads(PLACE.read_text()) if PLACE.exists() else {"users": {}, "notes": {}}
LOCK = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def cookie(self, name):
        found = SimpleCookie(self.headers.get("Cookie", "")).get(name)
        return found.value if found else ""

    def answer(self, status, text, **headers):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", headers.pop("kind", "text/html; charset=utf-8"))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def read(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def form(self):
        fields = parse_qs(self.read().decode(), keep_blank_values=True)
        return {name: values[-1] for name, values in fields.items()}

"""

WEB_TAIL = """

ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
"""

DIARY = (
    WEB_HEAD
    + """    def user(self):
        return DATA["users"].get(self.cookie("session"), "")

    def do_GET(self):
        path = urlsplit(self.path).path
        user = self.user()
        if path == "/login":
            self.answer(200, "<form method=post><label>Name <input name=name></label>"
                             "<button>Log in</button></form>")
        elif not user:
            self.answer(303, "", Location="/login")
        elif path == "/":
            notes = "".join(f"<li>{html.escape(note)}</li>" for note in DATA["notes"].get(user, []))
            self.answer(200, f"<h1>Diary of {user}</h1><ul>{notes}</ul><a href='/help'>Help</a>"
                             "<form method=post action=/notes><input type=hidden name=token "
                             f"value={self.cookie('session')[:4]}><label>Note <input name=note>"
                             "</label><button aria-label='Save note'>+</button>"
                             "<button formaction=/clear>Clear</button></form>")
        elif path == "/help":
            self.answer(200, "<p>Write something every day.")
        else:
            self.answer(404, "<p>Nothing here.")

    def do_POST(self):
        fields, path = self.form(), urlsplit(self.path).path
        if path == "/login":
            session = secrets.token_hex()
            DATA["users"][session] = fields["name"]
            self.save()
            self.answer(303, "", Location="/", Set_Cookie=f"session={session}; Path=/; HttpOnly")
            return
        user = self.user()
        if not user or fields.get("token") != self.cookie("session")[:4]:
            self.answer(403, "<p>Log in first.")
        elif self.headers.get("Origin") != f"http://{self.headers['Host']}":
            self.answer(403, "<p>This form is not ours.")
        else:
            notes = DATA["notes"].setdefault(user, [])
            if path == "/clear":
                notes.clear()
            elif not fields["note"]:
                self.answer(422, "<p>Write something.")
                return
            else:
                notes.append(fields["note"])
            self.save()
            self.answer(303, "", Location="/")

    def save(self):
        PLACE.write_text(json.dumps(DATA))
"""
    + WEB_TAIL
)

SHOP = (
    WEB_HEAD
    + """    def do_GET(self):
        parts = urlsplit(self.path)
        items = DATA.setdefault("items", [])
        if parts.path == "/items":
            wanted = parse_qs(parts.query).get("q", [""])[0]
            found = [item for item in items if wanted in item["name"]]
            self.answer(200, json.dumps({"items": found}), kind="application/json")
        elif parts.path.startswith("/items/") and int(parts.path[7:]) <= len(items):
            self.answer(200, json.dumps(items[int(parts.path[7:]) - 1]), kind="application/json")
        else:
            self.answer(404, '{"error": "no such item"}', kind="application/json")

    def do_POST(self):
        given = json.loads(self.read())
        with LOCK:
            items = DATA.setdefault("items", [])
            if any(item["name"] == given["name"] for item in items):
                self.answer(409, '{"error": "there already"}', kind="application/json")
                return
            item = {"id": len(items) + 1, "name": given["name"], "price": float(given["price"])}
            items.append(item)
        self.answer(201, json.dumps(item), kind="application/json",
                    Location=f"/items/{item['id']}")
"""
    + WEB_TAIL
)

UPLOAD = (
    WEB_HEAD
    + """    def do_GET(self):
        self.answer(200, "<form method=post enctype=multipart/form-data>"
                         "<label>People <input type=file name=f></label>"
                         "<button>Import</button></form>")

    def do_POST(self):
        boundary = self.headers["Content-Type"].partition("boundary=")[2].encode()
        part = self.read().split(b"--" + boundary)[1]
        head, _, content = part.partition(b"\\r\\n\\r\\n")
        name = head.partition(b'filename="')[2].partition(b'"')[0].decode()
        lines = content.removesuffix(b"\\r\\n").decode().splitlines()
        self.answer(200, f"<p>{len(lines)} lines in {name}: {html.escape(' | '.join(lines))}")
"""
    + WEB_TAIL
)

BOT = """import sys

print("Hello, I add numbers. Say bye to end.")
for line in sys.stdin:
    words = line.split()
    if words == ["bye"]:
        print("Bye!")
        break
    print("Sum:", round(sum(map(float, words)), 2))
"""


def server(answer: str) -> str:
    """Return a program that answers every request with what a statement writes to ``peer``."""
    return f"""import os
import socket
import time

server = socket.create_server((os.environ["HOST"], int(os.environ["PORT"])))
while True:
    peer, _ = server.accept()
    peer.recv(65536)
    try:
        {answer}
    except OSError:
        pass
    peer.close()
"""
