"""From a draft to a project."""

import pytest

from toggle_core.builders.chat.assembly import assemble
from toggle_core.builders.chat.draft import Draft
from toggle_core.builders.chat.edits import Edit
from toggle_core.builders.protocol import Feedback, GateFailure
from toggle_core.errors import ModelAnswerUnreadable, ModelEditRefused, ModelPathRefused


def draft(*paths: str, entry: str = "", text: str = "x = 1") -> Draft:
    """A draft with the same text in each file."""
    return Draft(tuple((path, text) for path in paths), entry=entry)


@pytest.mark.parametrize(
    "path",
    [
        "/etc/cron.d/job.py",
        "../main.py",
        "app/../../main.py",
        "C:\\main.py",
        "~/main.py",
        "a//b.py",
        "con.py",
        ".git/hooks/a.py",
    ],
)
def test_a_path_outside_the_project_is_refused(path: str) -> None:
    with pytest.raises(ModelPathRefused):
        assemble(draft("main.py", path), "model")


@pytest.mark.parametrize("other", ["MAIN.py", "main.py/extra.py"])
def test_paths_that_collide_are_refused(other: str) -> None:
    with pytest.raises(ModelPathRefused):
        assemble(draft("main.py", other), "model")


def test_one_path_with_two_texts_is_refused() -> None:
    with pytest.raises(ModelPathRefused, match="was written twice"):
        assemble(Draft((("main.py", "a"), ("main.py", "b"))), "model")


def test_a_file_that_collides_with_one_kept_from_before_is_refused() -> None:
    feedback = Feedback((GateFailure("lint", ""),), {"main.py": "1\n"}, "main.py", 2)
    with pytest.raises(ModelPathRefused):
        assemble(draft("Main.py"), "model", feedback)


def test_paths_are_made_usual() -> None:
    project = assemble(draft("./main.py", "tests\\test_main.py"), "model")
    assert list(project.files) == ["main.py", "tests/test_main.py"]


def test_characters_that_cannot_be_stored_are_removed() -> None:
    project = assemble(Draft((("ma\x00in.py", "a\x00b\ud800c"),), summary="S\x00."), "model")
    assert (dict(project.files), project.summary) == ({"main.py": "abc\n"}, "S.")


def test_every_file_ends_with_a_line_break_but_an_empty_one() -> None:
    project = assemble(Draft((("main.py", "a"), ("pkg/__init__.py", ""))), "model")
    assert dict(project.files) == {"main.py": "a\n", "pkg/__init__.py": ""}


@pytest.mark.parametrize(
    ("paths", "named", "entry"),
    [
        (["a.py", "main.py"], "a.py", "a.py"),
        (["a.py", "main.py"], "missing.py", "main.py"),
        (["a.py", "app.py"], "", "app.py"),
        (["tests/test_a.py", "words.py"], "", "words.py"),
        (["pkg/__init__.py", "pkg/__main__.py"], "", "pkg/__main__.py"),
    ],
)
def test_the_entry_is_the_one_named_or_the_likeliest(
    paths: list[str], named: str, entry: str
) -> None:
    assert assemble(draft(*paths, entry=named), "model").entry == entry


def test_a_program_that_starts_itself_is_preferred_over_a_module() -> None:
    files = (("words.py", "def f(): ..."), ("count.py", 'if __name__ == "__main__": ...'))
    assert assemble(Draft(files), "model").entry == "count.py"


def test_a_project_without_a_program_is_refused() -> None:
    with pytest.raises(ModelAnswerUnreadable, match="no Python program"):
        assemble(draft("README.md", "tests/test_main.py"), "model")


@pytest.mark.parametrize("entry", ["main.py", "app/run.py"])
def test_the_line_that_starts_it_names_the_entry(entry: str) -> None:
    assert assemble(draft(entry), "model").how_to_run == f"python {entry}"


def test_a_repair_keeps_the_files_it_leaves_out() -> None:
    feedback = Feedback(
        (GateFailure("tests", ""),), {"main.py": "old\n", "a.py": "a\n"}, "main.py", 2
    )
    project = assemble(draft("main.py", text="new"), "model", feedback)
    assert dict(project.files) == {"main.py": "new\n", "a.py": "a\n"}


def test_a_repair_keeps_the_entry() -> None:
    feedback = Feedback(
        (GateFailure("tests", ""),), {"start.py": "old\n", "main.py": "a\n"}, "start.py", 2
    )
    assert assemble(draft("main.py", text="new"), "model", feedback).entry == "start.py"


def test_a_project_without_a_summary_gets_a_plain_one() -> None:
    assert assemble(draft("main.py", "a.py"), "model").summary == (
        "A project of 2 files, started by main.py."
    )


CHANGED = {"main.py": "import a\n\na.f()\n", "a.py": "def f():\n    pass\n", "tests/b.py": "b\n"}
REPAIR = Feedback((GateFailure("tests", ""),), CHANGED, "main.py", 2)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (Draft((("a.py", "    return 1"),)), "only a part of the file"),
        (Draft((("a.py", " \n"),)), "a.py would be empty"),
        (Draft((("main.py", "print(1)"),), is_unnamed=True), "does not name its file"),
        (Draft(edits=(Edit("a.py", "pass", "..."),), deleted=("a.py",)), "both edited and deleted"),
        (Draft(fault="a.py has no text"), "a.py has no text"),
    ],
)
def test_a_change_that_would_lose_code_is_refused(wrong: Draft, says: str) -> None:
    with pytest.raises(ModelEditRefused, match=says):
        assemble(wrong, "model", REPAIR)


def test_a_block_without_a_name_is_the_only_program_there_is() -> None:
    repair = Feedback(
        (GateFailure("tests", ""),), {"app.py": "a\n", "tests/test_a.py": ""}, "app.py", 2
    )
    project = assemble(Draft((("main.py", "b"),), is_unnamed=True), "model", repair)
    assert dict(project.files) == {"app.py": "b\n", "tests/test_a.py": ""}


def test_a_folder_is_deleted_with_its_files() -> None:
    assert set(assemble(Draft(deleted=("tests/",)), "model", REPAIR).files) == {"main.py", "a.py"}


def test_a_fault_of_a_new_project_speaks_of_its_files() -> None:
    with pytest.raises(ModelPathRefused, match=r"a\.py has no text"):
        assemble(Draft(fault="a.py has no text"), "model")


def test_an_empty_program_is_refused() -> None:
    with pytest.raises(ModelAnswerUnreadable, match=r"main\.py is empty"):
        assemble(draft("main.py", text="\n"), "model")
