"""Paths as a tree of folders."""

from toggle_core.ui.file_tree import LEVELS, Folder, tree_of


def names(folder: Folder) -> list[object]:
    """What is seen of a folder: its folders with what is in them, then its files."""
    inner = [[each.name, *names(each)] for each in folder.folders.values()]
    return [*inner, *folder.files]


def test_files_lie_in_their_folders_in_the_order_of_names() -> None:
    tree = tree_of(["main.py", "tests/test_b.py", "app/web.py", "README.md", "tests/test_a.py"])
    assert names(tree) == [
        ["app", "web.py"],
        ["tests", "test_a.py", "test_b.py"],
        "README.md",
        "main.py",
    ]


def test_every_path_is_found_again() -> None:
    paths = {"a.py", "b/a.py", "b/c/d/e.py", "/root.py", "../up.py", "b//c.py", ""}
    found: set[str] = set()
    pending = [tree_of(paths)]
    while pending:
        folder = pending.pop()
        found |= set(folder.files.values())
        pending += folder.folders.values()
    assert found == paths


def test_folders_that_hold_nothing_but_one_folder_are_told_as_one() -> None:
    tree = tree_of(["src/shop/api/a.py", "src/shop/core/b.py"])
    assert names(tree) == [["src/shop", ["api", "a.py"], ["core", "b.py"]]]


def test_what_lies_very_deep_is_part_of_a_name() -> None:
    deep = "/".join(f"{level}/f" for level in range(30)) + "/end.py"
    tree = tree_of([deep, *(f"{'/'.join(deep.split('/')[:n])}/a.py" for n in range(1, LEVELS))])
    level, here = 0, tree
    while here.folders:
        [here] = here.folders.values()
        level += 1
    assert level <= LEVELS
    assert deep in here.files.values()


def test_a_folder_knows_what_it_holds_at_any_depth() -> None:
    tree = tree_of(["a/b.py", "a/c/d.py", "e.py"])
    assert tree.folders["a"].holds("a/c/d.py")
    assert not tree.folders["a"].holds("e.py")
