"""What a person types into the search box finds the tasks that have these words."""
# ruff: noqa: RUF001  texts as people type them

import pytest

from tests.integration.sql import plan_of
from toggle_core.history import reads
from toggle_core.history.query import SEARCH_LIMIT, RunFilter
from toggle_core.runs.submission import submit
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


SCRIPTS = {
    "Plan a “garden” planner": ("garden", "“garden”", "GARDEN", "gard"),
    "blog—drafts…and «photos»": ("drafts", "blog", "and", "photos", "«photos»", "blog—drafts"),
    "Recettes pour l’été": ("été", "l’été", "ÉTÉ", "l'été"),
    "‘Coffee’ prices in £5 – or €6": ("coffee", "5", "£5"),
    "请帮我做一个记账的网页应用": ("记账", "网页", "账", "做一个记账", "应用", "请帮我"),
    "用Python写一个爬虫": ("python", "爬虫", "写一个", "Python写"),
    "家計簿アプリを作ってください": ("家計簿", "アプリ", "ｱﾌﾟﾘ", "作って", "簿"),
    "나의독서목록을만들어줘": ("독서", "목록", "만들어"),
    "ช่วยทำโปรแกรมจดบันทึกให้หน่อย": ("โปรแกรม", "บันทึก"),
    "ស្វែងរកសៀវភៅ": ("សៀវភៅ",),
    "अपने खर्चों का हिसाब रखें": ("खर्चों", "हिसाब", "हिस"),
    "تطبيق لتتبّع «المصروفات»، بسيط": ("المصروفات", "بسيط", "تطبيق"),
    "אפליקציה לרשימת־קניות": ("קניות", "לרשימת"),
    "Σχεδίασε ΗΜΕΡΟΛΌΓΙΟ": ("ημερολόγιο", "σχεδίασε"),
    "Сделай СПИСОК дел": ("список", "дел"),
    "Ｆｕｌｌｗｉｄｔｈ　ｔｉｍｅｒ": ("fullwidth", "timer", "ｔｉｍｅｒ"),
    "Ship🚀faster with ❤️": ("faster", "ship", "🚀", "❤", "❤️", "ship🚀"),
    "cafe\u0301 menu": ("café",),
    "𠮷野家のメニュー": ("𠮷野家", "野家"),
}
"""Searches that each find one task and no other of these."""


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


def test_search_finds_words_of_every_script(database: Database) -> None:
    for task in SCRIPTS:
        submit(database, task, builder="quick")
    wrong = {
        (task, search): result
        for task, searches in SCRIPTS.items()
        for search in searches
        if (result := found(database, search)) != {task}
    }
    assert wrong == {}


def test_a_word_with_a_minus_leaves_out_the_tasks_that_have_it(database: Database) -> None:
    tasks = {"Landing page for a bakery", "Landing page for a café", "Recipe book", "家計簿アプリ"}
    for task in tasks:
        submit(database, task, builder="quick")
    expected = {
        "landing -bakery": {"Landing page for a café"},
        "-landing": {"Recipe book", "家計簿アプリ"},
        "-landing -家計簿": {"Recipe book"},
        "-BAKE page": {"Landing page for a café"},
        "page -bakery -café": set(),
        "-nothing-such landing": {"Landing page for a bakery", "Landing page for a café"},
        "-landing-bakery": tasks - {"Landing page for a bakery"},
    }
    assert {search: found(database, search) for search in expected} == expected


def test_search_skips_pairs_of_characters_that_stand_apart(database: Database) -> None:
    for task in ("学习汉语和语言学", "汉语言"):
        submit(database, task, builder="quick")
    assert found(database, "汉语言") == {"汉语言"}
    assert found(database, "汉语") == {"学习汉语和语言学", "汉语言"}


def test_search_finds_the_beginning_of_a_word_longer_than_an_index_entry(
    database: Database,
) -> None:
    submit(database, "x" * 9_000, builder="quick")
    submit(database, "字" * 9_000, builder="quick")
    assert found(database, "x" * 150) == {"x" * 9_000}
    assert found(database, "字字字") == {"字" * 9_000}


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
