"""Which tests run which lines, as one traced run of the tests showed it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from .changes import Change
from .mutations import FunctionSpots
from .runner import Ran

_Place = tuple[str, int]


@dataclass(slots=True)
class LineMap:
    """Tests by the lines that they run.

    Attributes:
        tests: the tests that run a line, by path and number.
        at_import: lines that run while files are loaded, which any test may depend on.
        opaque: tests that started a program whose lines nobody could record.
        readers: tests that read code of the program, which is no way to see what it does.
    """

    tests: dict[_Place, set[str]] = field(default_factory=dict)
    at_import: set[_Place] = field(default_factory=set)
    opaque: set[str] = field(default_factory=set)
    readers: set[str] = field(default_factory=set)

    def direct(self, change: Change) -> set[str]:
        """Return the tests that run a changed line."""
        places = [(change.path, line) for line in range(change.line, change.last + 1)]
        return set().union(*(self.tests.get(place, ()) for place in places))

    def reaching(self, change: Change, everything: Iterable[str]) -> set[str]:
        """Return the tests that may notice a change.

        Args:
            change: the change.
            everything: all tests.
        """
        lines = range(change.line, change.last + 1)
        if any((change.path, line) in self.at_import for line in lines):
            return set(everything)
        return self.direct(change) or set(self.opaque)

    def covered(self) -> Mapping[str, set[int]]:
        """Return the lines of each file that tests run."""
        found: dict[str, set[int]] = {}
        for path, line in self.tests:
            found.setdefault(path, set()).add(line)
        return found

    def runs(self, function: FunctionSpots) -> bool:
        """Tell whether a line of a function's body runs at all."""
        path, first = function.text.path, function.line
        lines = range(first + 1 if function.last > first else first, function.last + 1)
        places = ((path, line) for line in lines)
        return bool(self.opaque) or any(p in self.tests or p in self.at_import for p in places)

    @property
    def is_empty(self) -> bool:
        """Whether no line of the program runs."""
        return not (self.tests or self.at_import or self.opaque)


def read_map(ran: Ran, tests: Sequence[str]) -> LineMap:
    """Read the map from a traced run.

    Args:
        ran: the run.
        tests: names of the tests that count.
    """
    found = LineMap()
    counted = set(tests)
    for line in ran.lines:
        if line.get("ran") in counted:
            for path, numbers in line["lines"].items():
                for number in numbers:
                    found.tests.setdefault((path, number), set()).add(line["ran"])
        elif "at_import" in line:
            found.at_import = {(p, n) for p, some in line["at_import"].items() for n in some}
            found.opaque = counted & set(line["opaque"])
            found.readers = {test for test in tests if _reads(test, line["readers"])}
    return found


def _reads(test: str, readers: Sequence[str]) -> bool:
    """Tell whether a test is named, or its file, or a ``conftest.py`` that it may use."""
    file = test.partition("::")[0]
    return any(
        reader in (test, file) or PurePosixPath(reader).name == "conftest.py" for reader in readers
    )
