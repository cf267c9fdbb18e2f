"""What a builder returns is made storable, or refused as a whole."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from toggle_core.builders.protocol import Project
from toggle_core.errors import ProjectRefused
from toggle_core.gates.model import GateResult, Page
from toggle_core.graph.cleaning import (
    FILE_LIMIT,
    FILES_LIMIT,
    LINE_LIMIT,
    PROJECT_LIMIT,
    clean,
    clean_project,
    clean_result,
)
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
    made = Project({f"{BAD}.py": BAD}, f"{BAD}.py", BAD, BAD)
    assert clean_project(made) == Project({"abcd.py": "abcd"}, "abcd.py", "abcd", "abcd")


def test_lines_for_people_are_cut() -> None:
    made = replace(project({"main.py": ""}), how_to_run="x" * 5_000, summary="y" * 5_000)
    cleaned = clean_project(made)
    assert (len(cleaned.how_to_run), len(cleaned.summary)) == (LINE_LIMIT, LINE_LIMIT)


def test_a_project_may_be_as_large_as_the_limits() -> None:
    files = {f"{number}.txt": "x" * FILE_LIMIT for number in range(PROJECT_LIMIT // FILE_LIMIT)}
    assert clean_project(project({**files, "main.py": ""})).files.keys() == {*files, "main.py"}
    many = {f"{number}.txt": "" for number in range(FILES_LIMIT - 1)}
    assert len(clean_project(project({**many, "main.py": ""})).files) == FILES_LIMIT


REFUSED = {
    "it has no files": project({}),
    "it has 201 files; at most 200 are kept": project(
        {"main.py": "", **{f"{number}.txt": "" for number in range(FILES_LIMIT)}}
    ),
    "two of its files have the same name": project({"main.py": "", "a.txt": "", "a\x00.txt": ""}),
    "the file that should start it is missing": project({"app.py": ""}),
    "it is too large (400,001 characters)": project({"main.py": "x" * (FILE_LIMIT + 1)}),
    "it is too large (2,000,001 characters)": project(
        {"main.py": "x", **{f"{number}.txt": "x" * FILE_LIMIT for number in range(5)}}
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
