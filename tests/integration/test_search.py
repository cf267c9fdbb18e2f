"""What a person types into the search box finds the tasks that have these words."""

import pytest

from tests.integration.sql import plan_of
from toggle_core.runs import reads
from toggle_core.runs.commands import submit
from toggle_core.runs.query import SEARCH_LIMIT, RunFilter
from toggle_core.store.database import Database

TASKS = (
    "Create a to-do list",
    "Read data.csv and write Report_2026.html",
    "Convert km/miles and °C/°F at 3.14 per hour, -5 to 100%",
    "Mail ada@example.com from https://shop.example.org/cart?id=7",
    "Use <video> & C++ for O'Reilly's \\path\\to",
    "Créer une Page d'accueil",
    "一个待办事项列表",
    "हिन्दी में नमस्ते कहो",
    "Launch 🚀 now",
    "50%_off | & ! (all)",
    "Robert'); DROP TABLE runs;--",
)


@pytest.fixture
def database(shared_database: Database) -> Database:
    return shared_database


@pytest.fixture
def tasks(database: Database) -> Database:
    for task in TASKS:
        submit(database, task, builder="quick")
    return database


def found(database: Database, search: str) -> set[str]:
    page = reads.list_runs(database, RunFilter(search=search))
    assert reads.count_runs(database, RunFilter(search=search)) == len(page.runs)
    return {run.task for run in page.runs}


def test_words_find_their_task(tasks: Database) -> None:
    expected = {
        "to-do": 0,
        "to do": 0,
        "LIST": 0,
        "lis": 0,
        "list create": 0,
        "data.csv": 1,
        "csv": 1,
        "report_2026": 1,
        "html": 1,
        "data.cs": 1,
        "miles": 2,
        "km/miles": 2,
        "3.14": 2,
        "14": 2,
        "hour -5": 2,
        "°C": 2,
        "ada@example.com": 3,
        "example.org": 3,
        "shop": 3,
        "https://shop.example.org/cart?id=7": 3,
        "<video>": 4,
        "video": 4,
        "c++ for": 4,
        "o'reilly": 4,
        "reilly": 4,
        "\\path": 4,
        '"video"': 4,
        "créer": 5,
        "CRÉER": 5,
        "d'accueil": 5,
        "accueil": 5,
        "一个待办": 6,
        "हिन्दी": 7,
        "नमस्ते": 7,
        "🚀": 8,
        "launch 🚀": 8,
        "off": 9,
        "50%": 9,
        "|": 9,
        "!": 9,
        "robert'); drop table": 10,
        "');": 10,
        "--": 10,
    }
    wrong = {
        search: result
        for search, number in expected.items()
        if (result := found(tasks, search)) != {TASKS[number]}
    }
    assert wrong == {}


def test_words_that_no_task_has_find_nothing(tasks: Database) -> None:
    searches = ["elephant", "list elephant", "ist", "🦄", "' OR 1=1 --", "%%", "\\\\", "to-dont"]
    assert {search: found(tasks, search) for search in searches} == {
        search: set() for search in searches
    }


@pytest.mark.parametrize("search", ["", "   ", "\t\n", "\x00"])
def test_no_words_find_all(tasks: Database, search: str) -> None:
    assert found(tasks, search) == set(TASKS)


def test_several_words_must_all_be_there(tasks: Database) -> None:
    assert found(tasks, "create list") == {TASKS[0]}
    assert found(tasks, "create csv") == set()


def test_a_percent_sign_is_no_wildcard(tasks: Database) -> None:
    assert found(tasks, "%") == {TASKS[2], TASKS[9]}
    assert found(tasks, "_") == {TASKS[1], TASKS[9]}


@pytest.mark.parametrize(
    "search",
    [
        "list\x00",
        "list \ud800",
        "list :* | !",
        "list' | 'other",
        "list & <-> ((",
        "list" + " " * SEARCH_LIMIT + "elephant",
    ],
)
def test_what_is_no_word_is_passed_over(tasks: Database, search: str) -> None:
    assert found(tasks, search) - {TASKS[0]} == set()
    assert found(tasks, search) == ({TASKS[0]} if "other" not in search else set())


@pytest.mark.parametrize("search", ["x" * 100_000, "a " * 50_000, "'" * 1_000, "²", "_ ."])
def test_a_strange_search_is_answered(tasks: Database, search: str) -> None:
    assert found(tasks, search) <= set(TASKS)


def test_a_search_uses_its_index(tasks: Database) -> None:
    # A few rows are read faster without any index: this one must at least be of use.
    wanted = RunFilter(search="list")
    plan = plan_of(tasks, lambda: reads.count_runs(tasks, wanted), without="enable_seqscan")
    assert "ix_runs_words" in {node.get("Index Name") for node in plan}
