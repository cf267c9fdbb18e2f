"""``docs/operations.md`` and the alerts name what there is, and all there is."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from prometheus_client import generate_latest

from toggle_core.observing.logs import FIELDS
from toggle_core.observing.metrics import REGISTRY
from toggle_core.observing.opened_apps import OpenedApps
from toggle_core.observing.pools import Pools
from toggle_core.observing.system import of_system
from toggle_core.queue.backlog import Backlog
from toggle_core.settings import Settings
from toggle_core.status.system_status import Server, Totals, Vitals
from toggle_core.store.budget import COMMAND, SERVING, worker_connections
from toggle_core.store.database import conninfo_of, open_database

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "operations.md").read_text()
RULES = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text())["groups"][0]["rules"]
HISTOGRAM_PARTS = ("_bucket", "_sum", "_count")


def told() -> Iterator[str]:
    """The names of all metrics of ours, as they are asked for."""
    nothing = Vitals(Server("18", 1, 100), Backlog(0, None, 0), (), 0, 0, None)
    yield "toggle_database_up"
    yield from (family.name for family in of_system(nothing, Totals({}, {})))
    database = open_database(conninfo_of("postgresql://nobody@127.0.0.1:1/none"))
    yield from (family.name for family in Pools(database).collect())
    database.close()
    yield from re.findall(r"^# TYPE (\w+)", generate_latest(OpenedApps()).decode(), re.MULTILINE)
    text = generate_latest(REGISTRY).decode()
    yield from (name for name in re.findall(r"^# TYPE (\w+)", text, flags=re.MULTILINE))


METRICS = {name for name in told() if name.startswith("toggle_")}


def names_in(text: str) -> set[str]:
    """Names of metrics that a text uses, histograms by their own."""
    found = set(re.findall(r"\btoggle_[a-z_]+\b", text)) - {"toggle_core"}
    histograms = {f"{name}{part}": name for name in METRICS for part in HISTOGRAM_PARTS}
    return {histograms.get(name, name) for name in found}


def test_every_metric_is_in_a_table_and_every_metric_of_a_table_exists() -> None:
    listed = re.findall(r"^\| `(toggle_\w+)` \|", GUIDE, flags=re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) == METRICS


def test_the_guide_names_no_metric_that_does_not_exist() -> None:
    assert names_in(GUIDE) <= METRICS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_asks_for_metrics_that_exist_and_the_guide_says_what_to_do(
    rule: dict[str, str],
) -> None:
    asked = names_in(rule["expr"])
    assert asked <= METRICS
    assert asked or "up{" in rule["expr"]
    assert re.search(rf"^\| `{rule['alert']}` \| \S", GUIDE, flags=re.MULTILINE)
    assert rule["annotations"]


def test_the_guide_has_no_alert_that_is_not_a_rule() -> None:
    section = GUIDE.split("## Alerts")[1].split("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)
    assert listed == [rule["alert"] for rule in RULES]


def test_every_field_of_a_line_of_the_log_is_explained() -> None:
    section = GUIDE.split("## Logs")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", section, flags=re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"\w+", row)} == set(FIELDS)


def test_every_setting_it_names_exists() -> None:
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    named = set(re.findall(r"\b(?:TOGGLE|DATABASE|OTEL|OPENAI)_[A-Z_]+\b", GUIDE))
    assert named
    assert named <= known


def test_every_page_and_section_it_points_to_exists() -> None:
    for path, section in re.findall(r"\]\(((?!http)[^)#]*)(?:#([^)]+))?\)", GUIDE):
        target = ROOT / "docs" / path if path else ROOT / "docs" / "operations.md"
        assert target.exists(), path
        headings = re.findall(r"^#+ (.+)$", target.read_text(), flags=re.MULTILINE)
        anchors = {re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-") for each in headings}
        assert not section or section in anchors, (path, section)


def test_the_budget_of_connections_is_what_the_program_counts() -> None:
    assert f"{SERVING} + `TOGGLE_MAX_EXPORTS`" in GUIDE
    assert f"threads + {SERVING - 1 + worker_connections(8) - 8}" in GUIDE
    assert f"threads + {worker_connections(8) - 8} |" in GUIDE
    web = SERVING + Settings(_env_file=None).max_exports
    worker = SERVING - 1 + worker_connections(8)
    assert f"{web} + 2 \u00d7 {worker} + {COMMAND} = {web + 2 * worker + COMMAND} " in GUIDE
    reserved = 3
    assert f"one more worker needs {web + 3 * worker + COMMAND + reserved}" in GUIDE
