"""What every blueprint of the library must have, and how its templates must be written."""

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes

from tests.unit.blueprints.rendered import TEXTS, hostile_values, usual_cases, variants
from toggle_core.builders.blueprints.builder import render
from toggle_core.builders.blueprints.catalogue import catalogue
from toggle_core.builders.blueprints.rendering import LIBRARY, SUFFIX, is_html

SAFE_FILTERS = {"python", "int", "markdown", "json", "csv"}
# Values that are made of identifiers, numbers and words of our own only.
OWN_VALUES = {
    "_shared": {"look"},
    "rest-api": {"field", "plural", "fields", "kinds", "sql_kinds", "loop"},
    "csv-report": {"group", "value", "names", "number", "column", "loop", "extra"},
    "log-analyser": {"top"},
    "guessing-game": {"largest"},
    "expense-tracker": {"currency"},
    "invoice": {"currency", "tax_name"},
    "password-generator": {"mode"},
    "hello-world": {"language"},
    "unit-converter": {"source", "target"},
    "quiz": {"count", "fourths", "loop", "radios", "topic", "visit"},
    "own-quiz": {"base", "question", "radios"},
    "landing-page": {"accent", "bright", "colour", "offer_page", "page", "texts"},
    "flashcards": {"known", "words"},
    "poll": {"loop"},
    "tip-calculator": {"symbols", "currency"},
    "loan-calculator": {"currency", "sort"},
}


def templates() -> list[Path]:
    return sorted(LIBRARY.rglob("*" + SUFFIX))


def names_shown(node: nodes.Node) -> Iterator[str]:
    """List the values an expression shows that pass through no filter of safety."""
    if isinstance(node, nodes.Filter):
        mapped = node.args[0].as_const() if node.name == "map" else node.name
        if mapped not in SAFE_FILTERS and node.node is not None:
            yield from names_shown(node.node)
    elif isinstance(node, nodes.CondExpr):
        yield from names_shown(node.expr1)
        yield from names_shown(node.expr2) if node.expr2 else ()
    elif isinstance(node, nodes.Compare | nodes.Const | nodes.TemplateData):
        return
    elif isinstance(node, nodes.Name):
        yield node.name
    else:
        for child in node.iter_child_nodes():
            yield from names_shown(child)


def test_there_are_at_least_sixteen() -> None:
    assert len(catalogue().blueprints) >= 16


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.relative_to(LIBRARY).as_posix())
def test_every_value_in_a_template_goes_through_the_filter_of_its_place(path: Path) -> None:
    name = path.relative_to(LIBRARY).as_posix()
    if is_html(name):
        return
    tree = catalogue().templates.parse(path.read_text(encoding="utf-8"))
    shown = {
        value
        for output in tree.find_all(nodes.Output)
        for part in output.nodes
        for value in names_shown(part)
    }
    assert shown <= OWN_VALUES.get(path.relative_to(LIBRARY).parts[0], set())


def test_every_folder_of_the_library_is_a_blueprint_or_shared() -> None:
    folders = {path.name for path in LIBRARY.iterdir() if path.is_dir()}
    assert folders == {"_shared", *(each.name for each in catalogue().blueprints)}


def test_nothing_in_the_library_is_taken_for_our_own_code() -> None:
    assert list(LIBRARY.rglob("*.py")) == []


def test_every_project_has_what_a_project_needs() -> None:
    for case in usual_cases():
        files = case.project.files
        assert case.project.entry in files
        assert {"README.md", "main.py"} <= set(files)
        assert any(re.fullmatch(r"test_\w+\.py", name) for name in files), case.label
        assert "python -m pytest" in files["README.md"]
        assert case.project.how_to_run in files["README.md"]
        assert case.project.summary.endswith(".")


def test_every_function_has_types_and_every_public_thing_says_what_it_is() -> None:
    for case in usual_cases():
        for name, text in case.project.files.items():
            if name.endswith(".py"):
                assert (
                    list(undocumented(ast.parse(text), is_test=name.startswith("test_"))) == []
                ), name


def undocumented(tree: ast.Module, *, is_test: bool) -> Iterator[str]:
    if not ast.get_docstring(tree):
        yield "module"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            arguments = [*node.args.args, *node.args.kwonlyargs]
            untyped = [each.arg for each in arguments if not each.annotation and each.arg != "self"]
            if untyped or node.returns is None:
                yield f"{node.name}: types"
        is_public = isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_"
        if is_public and not is_test and not ast.get_docstring(node) and node in tree.body:
            yield f"{node.name}: docstring"


def test_a_project_uses_the_standard_library_only() -> None:
    for case in usual_cases():
        own = {Path(name).stem for name in case.project.files}
        for name, text in case.project.files.items():
            if name.endswith(".py"):
                foreign = (
                    imported(ast.parse(text)) - set(sys.stdlib_module_names) - own - {"pytest"}
                )
                assert foreign == set(), f"{case.label}/{name}"


def imported(tree: ast.Module) -> set[str]:
    found = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    found |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name.partition(".")[0] for name in found}


def test_a_module_of_a_project_hides_none_of_the_standard_library() -> None:
    for case in usual_cases():
        stems = {Path(name).stem for name in case.project.files if name.endswith(".py")}
        assert not stems & (set(sys.stdlib_module_names) | {"pytest"}), case.label


@pytest.fixture(scope="module")
def with_hostile_texts() -> list[tuple[str, str]]:
    """Every file of every variant, for every hostile text: its path and content."""
    return [
        (f"{label}/{blueprint.name}-{interface}/{name}", content)
        for label, text in TEXTS.items()
        for blueprint, interface in variants()
        for name, content in render(
            blueprint.name, {"interface": interface, **hostile_values(blueprint, text)}
        ).files.items()
    ]


def test_no_text_of_a_task_breaks_a_file(with_hostile_texts: list[tuple[str, str]]) -> None:
    for path, content in with_hostile_texts:
        if path.endswith(".json"):
            json.loads(content)
        elif path.endswith(".toml"):
            tomllib.loads(content)
        elif not path.endswith(".py"):
            assert "<script>alert" not in content, path
        assert "\u202e" not in content, path
        assert content.encode()


def test_no_text_of_a_task_makes_code_that_is_wrong_too_wide_or_unformatted(
    with_hostile_texts: list[tuple[str, str]], tmp_path: Path
) -> None:
    for name, content in with_hostile_texts:
        if name.endswith(".py"):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent)) or "ruff"
    common = ["--isolated", "--no-cache", "--line-length", "100"]
    for command in (["check", "--select", "E,W,F"], ["format", "--check"]):
        done = subprocess.run(
            [ruff, *command, *common, "."],
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-3000:]


def test_a_name_is_seen_in_the_program_and_in_its_readme() -> None:
    for blueprint, interface in variants():
        if any(each.name == "name" for each in blueprint.parameters):
            values = {"interface": interface, "name": "Zanzibar"}
            files = render(blueprint.name, values).files
            assert "Zanzibar" in files["README.md"], blueprint.name
            assert any("Zanzibar" in files[name] for name in files if name != "README.md")


FILL_IN = re.compile(
    r"\[[A-Z][^\]\n]*\](?!\()|\b(?:TODO|FIXME|TBD|XXX)\b"
    r"|(?i:lorem ipsum|\b(?:your|insert) .{1,20} here\b)"
)


def test_no_text_of_a_project_waits_to_be_filled_in() -> None:
    found = {
        f"{case.label}/{name}": FILL_IN.findall(text)
        for case in usual_cases()
        for name, text in case.project.files.items()
        if not name.endswith(".py") and FILL_IN.search(text)
    }
    assert found == {}


def test_a_landing_page_states_no_fact_that_nobody_gave() -> None:
    text = render("landing-page", {"name": "Crumbs"}).files["index.html"]
    shown = re.sub(r"<[^>]*>", " ", text.partition("<body")[2].partition(">")[2])
    assert re.search(r"\d|@|[€$£]|street|open from", shown) is None
    assert "mailto:" not in text
    assert "tel:" not in text


def test_offers_read_as_a_list() -> None:
    for blueprint in catalogue().blueprints:
        assert not blueprint.offer.endswith(".")
        assert blueprint.description.endswith(".")
        assert blueprint.offer[0].islower()
