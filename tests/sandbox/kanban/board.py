"""A board of cards in columns, kept in a file."""

import json
import threading
from pathlib import Path

COLUMNS = ("To do", "In progress", "Done")
LONGEST = 200
_LOCK = threading.Lock()


class Board:
    """The board in a file; every change is written at once."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.columns: dict[str, list[str]] = {name: [] for name in COLUMNS}
        if place.exists():
            self.columns.update(json.loads(place.read_text(encoding="utf-8")))

    def add(self, title: str) -> None:
        """Add a card to the first column."""
        title = " ".join(title.split())
        if not title or len(title) > LONGEST:
            raise ValueError(f"A card has between 1 and {LONGEST} characters.")
        with _LOCK:
            self.reload()
            if any(title in cards for cards in self.columns.values()):
                raise ValueError("There is a card of that name.")
            self.columns[COLUMNS[0]].append(title)
            self.save()

    def move(self, title: str, column: str) -> None:
        """Move a card to the end of a column."""
        if column not in self.columns:
            raise ValueError("There is no such column.")
        with _LOCK:
            self.reload()
            for cards in self.columns.values():
                if title in cards:
                    cards.remove(title)
                    self.columns[column].append(title)
                    self.save()
                    return
        raise ValueError("There is no such card.")

    def reload(self) -> None:
        """Read what others have written meanwhile."""
        self.columns = Board(self.place).columns

    def save(self) -> None:
        """Write the whole board, or leave the old one."""
        beside = self.place.with_suffix(".new")
        beside.write_text(json.dumps(self.columns), encoding="utf-8")
        beside.replace(self.place)
