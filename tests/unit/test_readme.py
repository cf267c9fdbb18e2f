"""The README says what is true."""

import re
import tomllib
from pathlib import Path

from toggle_core.api.app import create_api
from toggle_core.deliveries.event_types import EVENTS
from toggle_core.exports.columns import COLUMNS
from toggle_core.settings import Settings

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text()


def test_every_setting_is_in_the_configuration_table() -> None:
    rows = re.findall(r"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|", README, flags=re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"[A-Z_]+", row)}
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    assert listed == known


def test_every_picture_and_document_it_names_exists() -> None:
    named = re.findall(r"\]\(((?!http)[^)#]+)\)", README)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_column_of_an_export_is_explained() -> None:
    explained = dict(re.findall(r"^\| `([a-z_]+)` \| (.+) \|$", README, flags=re.MULTILINE))
    assert {name: explained.get(name) for name in COLUMNS} == {
        name: column.meaning for name, column in COLUMNS.items()
    }


def test_every_type_of_webhook_event_is_explained() -> None:
    rows = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| (.+) \|$", README, flags=re.MULTILINE)
    assert dict(rows) == {name: event.meaning for name, event in EVENTS.items()}


def test_every_route_of_the_api_is_in_the_table() -> None:
    routes = {
        f"{method.upper()} /api{path}"
        for path, operations in create_api().openapi()["paths"].items()
        for method in operations
    }
    assert {route for route in routes if f"`{route}" not in README} == set()


def test_its_order_of_imports_is_the_contract_that_lint_checks() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    [layers] = [each["layers"] for each in linter["contracts"] if each["type"] == "layers"]
    order = README.partition("Imports run one way")[2].split("```\n")[1]
    assert order.splitlines() == layers


def test_every_section_it_points_to_exists() -> None:
    headings = re.findall(r"^#+ (.+)$", README, flags=re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-") for each in headings}
    pointed = set(re.findall(r"\]\(#([^)]+)\)", README))
    assert pointed
    assert pointed - anchors == set()
