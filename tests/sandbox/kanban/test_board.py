"""The board keeps its cards, and refuses what makes no sense."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import main
import pytest
from board import COLUMNS, LONGEST, Board


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path / "board.json")


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(main, "PLACE", tmp_path / "board.json")
    with ThreadingHTTPServer(("127.0.0.1", 0), main.Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def send(address: str, path: str, body: bytes) -> tuple[int, str]:
    request = urllib.request.Request(address + path, body)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_card_begins_in_the_first_column(board: Board) -> None:
    board.add("  Write   the plan ")
    assert board.columns == {"To do": ["Write the plan"], "In progress": [], "Done": []}


def test_cards_are_there_after_a_restart(board: Board) -> None:
    board.add("Write the plan")
    assert Board(board.place).columns["To do"] == ["Write the plan"]


@pytest.mark.parametrize("title", ["", "   ", "x" * (LONGEST + 1)])
def test_a_card_without_a_title_or_with_a_long_one_is_refused(board: Board, title: str) -> None:
    with pytest.raises(ValueError, match="between 1 and 200 characters"):
        board.add(title)
    assert not board.place.exists()


def test_the_longest_title_is_accepted(board: Board) -> None:
    board.add("x" * LONGEST)
    assert board.columns["To do"] == ["x" * LONGEST]


def test_a_second_card_of_the_same_name_is_refused(board: Board) -> None:
    board.add("Plan")
    board.move("Plan", "Done")
    with pytest.raises(ValueError, match="of that name"):
        board.add("Plan")


@pytest.mark.parametrize("column", COLUMNS)
def test_a_card_moves_to_the_end_of_a_column(board: Board, column: str) -> None:
    for title in ("One", "Two"):
        board.add(title)
        board.move(title, column)
    assert Board(board.place).columns[column] == ["One", "Two"]
    assert sum(map(len, board.columns.values())) == 2


def test_what_is_not_there_cannot_be_moved(board: Board) -> None:
    board.add("One")
    with pytest.raises(ValueError, match="no such card"):
        board.move("Two", "Done")
    with pytest.raises(ValueError, match="no such column"):
        board.move("One", "Later")


def test_the_page_and_the_board_are_served(address: str) -> None:
    with urllib.request.urlopen(address + "/") as answer:
        assert "Kanban board" in answer.read().decode()
    assert send(address, "/add", json.dumps({"title": "One"}).encode())[0] == 200
    status, text = send(address, "/move", json.dumps({"title": "One", "column": "Done"}).encode())
    assert (status, json.loads(text)["Done"]) == (200, ["One"])
    with urllib.request.urlopen(address + "/board") as answer:
        assert json.loads(answer.read())["Done"] == ["One"]


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b'{"title": " "}'])
def test_a_request_that_makes_no_sense_is_refused(address: str, body: bytes) -> None:
    assert send(address, "/add", body)[0] == 400


def test_another_page_is_not_there(address: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(address + "/other")
