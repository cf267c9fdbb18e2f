"""Serve the board: python main.py, then open http://localhost:8000."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from board import Board

PLACE = Path("board.json")
PAGE = Path(__file__).with_name("page.html")
LONGEST_BODY = 100_000


class Handler(BaseHTTPRequestHandler):
    """Answers with the page, the board, and the board after a change."""

    def log_message(self, *_: Any) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        """Send the page or the board."""
        if self.path == "/":
            self.send_text(200, "text/html", PAGE.read_text(encoding="utf-8"))
        elif self.path == "/board":
            self.send_board(Board(PLACE))
        else:
            self.send_text(404, "text/plain", "There is no such page.")

    def do_POST(self) -> None:
        """Add or move a card."""
        try:
            length = int(self.headers.get("Content-Length") or 0)
            change = json.loads(self.rfile.read(min(length, LONGEST_BODY)))
            title = str(change["title"])
            board = Board(PLACE)
            if self.path == "/add":
                board.add(title)
            else:
                board.move(title, str(change["column"]))
        except (ValueError, KeyError, TypeError) as error:
            self.send_text(400, "text/plain", str(error))
            return
        self.send_board(board)

    def send_board(self, board: Board) -> None:
        """Send the columns with their cards."""
        self.send_text(200, "application/json", json.dumps(board.columns))

    def send_text(self, status: int, kind: str, text: str) -> None:
        """Send an answer."""
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    address = (os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000")))
    ThreadingHTTPServer(address, Handler).serve_forever()
