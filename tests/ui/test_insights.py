"""Insights: what the history comes to."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest

from tests.integration.insight_runs import add
from tests.integration.mixed_runs import fill as fill_mixed
from tests.integration.sql import ask, tell
from tests.integration.varied_runs import fill
from tests.outage import Outage
from tests.ui.conftest import Finish
from tests.ui.viewer import is_refreshing, page, submitted, texts
from toggle_core.history.filter_text import filter_from_text
from toggle_core.history.query import RunFilter
from toggle_core.history.reads import count_runs
from toggle_core.insights.csv_rows import Insight
from toggle_core.insights.figures import figures
from toggle_core.insights.queries import gate_outcomes, runs_per_day
from toggle_core.insights.reasons import reasons
from toggle_core.insights.rollup import count_changed_days
from toggle_core.insights.rows import Selection
from toggle_core.startup import Services
from toggle_core.ui.insights import COMPLETED, ESTIMATES, REVIEWS, runs_address
from toggle_core.ui.labels import REASON_WORDS
from toggle_core.ui.reasons_chart import attempts_in_words, parameters_of, parameters_of_check
from toggle_core.words import GATES, REASON_CODES, ProgramKind

pytestmark = pytest.mark.usefixtures("opened_services")


def test_an_empty_history_says_what_to_do() -> None:
    app = page("insights")
    assert not app.exception
    assert "nothing to count yet" in texts(app)


def test_runs_of_which_none_has_ended_are_counted(opened_services: Services) -> None:
    submitted(opened_services, "Count me")
    app = page("insights")
    assert not app.exception
    assert "No run has ended yet." in texts(app)


def test_every_insight_has_a_chart_and_its_numbers_as_csv(finished: Finish) -> None:
    finished("Count me")
    app = page("insights")
    assert not app.exception
    for insight in Insight:
        card = app.get_by_key(f"insight_{insight.name.lower()}")
        assert card is not None
        assert app.get_by_key(f"csv_{insight.name.lower()}") is not None


def test_charts_of_evidence_show_what_there_is_or_say_why_not(
    opened_services: Services, finished: Finish
) -> None:
    finished("Count me")
    shown = texts(page("insights"))
    assert "No promise was tried in this period." in shown
    assert "No tests were put to the proof in this period." in shown
    fill(opened_services.database)
    app = page("insights")
    app.button_group(key="period").set_value("All").run()
    shown = texts(app)
    assert not app.exception
    assert "No promise was tried" not in shown
    assert "the median of each day" in shown


def test_charts_say_what_they_leave_out_and_what_is_an_estimate(
    opened_services: Services,
) -> None:
    database = opened_services.database
    fill_mixed(database)
    count_changed_days(database, seconds=120)
    shown = texts(page("insights", period="All"))
    assert all(sentence in shown for sentence in (ESTIMATES, COMPLETED, REVIEWS))
    shown = texts(page("insights", period="All", production="false"))
    assert "No run with Production on is completed yet." in shown
    tell(database, "DELETE FROM runs WHERE status = 'processing'")
    tell(database, "UPDATE insight_days SET seconds = 0")
    count_changed_days(database, seconds=120)
    assert REVIEWS not in texts(page("insights", period="All"))


def test_tooltips_of_charts_are_in_words(opened_services: Services) -> None:
    fill_mixed(opened_services.database)
    count_changed_days(opened_services.database, seconds=120)
    charts = page("insights", period="All").get("vega_lite_chart")
    assert len(charts) > 8
    for chart in charts:
        for shown in json.loads(chart.proto.spec)["encoding"]["tooltip"]:
            assert shown["title"][0].isupper(), shown


def test_the_period_can_be_chosen_and_stands_in_the_address(finished: Finish) -> None:
    finished("Count me")
    app = page("insights")
    app.button_group(key="period").set_value("All").run()
    assert not app.exception
    assert app.query_params == {"period": "All"}
    shown = page("insights", period="7 days")
    assert shown.button_group(key="period").value == "7 days"


def test_every_chart_and_link_is_of_the_filters_in_the_address(opened_services: Services) -> None:
    database = opened_services.database
    fill(database)
    app = page("insights", period="All")
    app.selectbox(key="builder").select("openai:gpt-5-mini").run()
    app.selectbox(key="production").select("true").run()
    assert not app.exception
    assert app.query_params == {
        "period": "All",
        "builder": "openai:gpt-5-mini",
        "production": "true",
    }
    selection = Selection(builder="openai:gpt-5-mini", production=True)
    ready = {each.label: each.value for each in app.metric}["Ready"]
    assert ready == str(figures(database, selection).ready)
    for insight in Insight:
        query = urlsplit(app.get_by_key(f"csv_{insight.name.lower()}").url).query
        assert filter_from_text(dict(parse_qsl(query))) == selection.as_filter()
    for row in runs_per_day(database, selection):
        wanted = filter_from_text(dict(parse_qsl(urlsplit(runs_address(row, selection)).query)))
        assert count_runs(database, wanted) == row.runs
    project = ask(database, "SELECT id FROM projects ORDER BY id DESC LIMIT 1")[0]["id"]
    app.selectbox(key="project_id").select(str(project)).run()
    assert "project_id" in app.query_params
    app.button(key="clear_insight_filters").click().run()
    assert app.query_params == {"period": "All"}
    app = page("insights", builder="nobody")
    assert "No run matches." in texts(app)
    app = page("insights", project_id=str(UUID(int=7)))
    assert not app.exception
    assert "A deleted project" in texts(app)


def test_the_list_shows_and_drops_the_project_of_a_link(opened_services: Services) -> None:
    run_id = submitted(opened_services, "A page for Crumbs")
    submitted(opened_services, "Something else")
    app = page("runs", project_id=str(run_id))
    assert not app.exception
    assert "1 run" in texts(app)
    app.selectbox(key="project_id").select("").run()
    assert app.query_params == {}
    assert "2 runs" in texts(app)


def test_a_bar_of_a_day_leads_to_exactly_its_runs(opened_services: Services) -> None:
    database = opened_services.database
    fill(database)
    count_changed_days(database, seconds=30)
    rows = runs_per_day(database)
    bars: Counter[str] = Counter()
    for row in rows:
        bars[runs_address(row)] += row.runs
    assert len(bars) > 5
    for address, number in bars.items():
        wanted = filter_from_text(dict(parse_qsl(urlsplit(address).query)))
        assert count_runs(database, wanted) == number, address


def hours_link(zone: str | None) -> tuple[str, str]:
    """Where the numbers of the hours are, and what can be read, in a browser of a zone."""
    app = page("insights")
    app.context = {"timezone": zone, "url": "http://localhost:3030/insights"}
    app.run()
    assert not app.exception
    return app.get_by_key("csv_hours").url, texts(app)


@pytest.mark.parametrize("zone", ["Asia/Calcutta", "US/Pacific"])
def test_hours_are_in_the_zone_of_the_viewer_by_an_older_name(finished: Finish, zone: str) -> None:
    finished("Count me")
    link, shown = hours_link(zone)
    assert f"zone={zone.replace('/', '%2F')}&" in f"{link}&"
    assert f"Hours in the time zone {zone}." in shown
    assert "not known here" not in shown


@pytest.mark.parametrize("zone", ["Etc/Unknown", "+05:30", "../etc/passwd", "Mars/![x](y)"])
def test_hours_are_in_utc_and_it_is_said_when_the_zone_is_unknown(
    finished: Finish, zone: str
) -> None:
    finished("Count me")
    link, shown = hours_link(zone)
    assert "zone=UTC" in link
    assert "which is not known here. Times are in UTC." in shown
    assert "Hours in the time zone UTC." in shown


def test_hours_are_in_utc_when_the_browser_reports_no_zone(finished: Finish) -> None:
    finished("Count me")
    link, shown = hours_link(None)
    assert "zone=UTC" in link
    assert "not known here" not in shown


def test_insights_come_back_after_an_outage(finished: Finish, outage: Outage) -> None:
    finished("Count me")
    with outage():
        app = page("insights")
        assert "The database cannot be reached" in texts(app)
        assert is_refreshing(app)
    app.run()
    assert "The database cannot be reached" not in texts(app)
    assert app.get_by_key("insight_hours") is not None
    assert not is_refreshing(app)


def test_every_reason_has_words() -> None:
    assert set(REASON_WORDS) == set(REASON_CODES)


def test_a_bar_of_a_reason_leads_to_exactly_its_runs(opened_services: Services) -> None:
    database = opened_services.database
    fill(database)
    app = page("insights", period="All")
    links = {
        link.label: filter_from_text(dict(parse_qsl(link.query_string)))
        for link in app.get("page_link")
        if "reason_code=" in link.query_string
    }
    rows = reasons(database)
    assert len(rows) > 3
    assert len(links) == len(rows)
    for row in rows:
        wanted = links[f"{REASON_WORDS[row.reason]} :gray[{row.runs}]"]
        assert wanted == RunFilter(reason_code=row.reason)
        assert count_runs(database, wanted) == row.runs
    days = Selection(date(2026, 1, 31), date(2026, 2, 1))
    for row in reasons(database, days):
        wanted = filter_from_text(parameters_of(row.reason, days))
        assert count_runs(database, wanted) == row.runs


def test_a_bar_of_a_check_leads_to_exactly_its_runs(opened_services: Services) -> None:
    database = opened_services.database
    fill_mixed(database)
    count_changed_days(database, seconds=120)
    app = page("insights", period="All")
    links = {
        link.label: filter_from_text(dict(parse_qsl(link.query_string)))
        for link in app.get("page_link")
        if "failed_check=" in link.query_string
    }
    rows = gate_outcomes(database)
    assert len(links) == len(rows) == len(GATES)
    assert list(links) == [
        f"{row.gate} :gray[{row.failed_runs}, {attempts_in_words(row)}]" for row in rows
    ]
    for row, wanted in zip(rows, links.values(), strict=True):
        assert wanted == RunFilter(failed_check=row.gate)
        assert count_runs(database, wanted) == row.failed_runs < row.failed
    web = Selection(date(2026, 3, 20), date(2026, 4, 1), kind=ProgramKind.WEB)
    for row in gate_outcomes(database, web):
        wanted = filter_from_text(parameters_of_check(row.gate, web))
        assert count_runs(database, wanted) == row.failed_runs > 0
    app = page("insights", period="All")
    app.selectbox(key="kind").select("web").run()
    assert app.query_params == {"period": "All", "kind": "web"}
    assert all(
        "kind=web" in link.query_string
        for link in app.get("page_link")
        if "failed_check=" in link.query_string
    )


def test_checks_that_never_failed_are_a_sentence_and_no_empty_chart(
    opened_services: Services,
) -> None:
    database = opened_services.database
    tell(
        database,
        "INSERT INTO gate_results (run_id, attempt, gate, outcome, seconds, summary, detail,"
        " output, pages) VALUES (%(run)s, 1, 'lint', 'passed', 1, '', '', '', '[]')",
        run=add(database, verdict="production-ready", production=True),
    )
    assert "Every check that was carried out has passed." in texts(page("insights", period="All"))


def test_figures_stand_above_the_charts_with_their_change(opened_services: Services) -> None:
    now = datetime.now(UTC)
    ready = {"verdict": "production-ready", "production": True}
    for days, strength in ((1, 80), (1, 80), (2, 90), (8, 60)):
        add(opened_services.database, now - timedelta(days=days), proof_strength=strength, **ready)
    app = page("insights")
    app.button_group(key="period").set_value("7 days").run()
    shown = {each.label: (each.value, each.delta) for each in app.metric}
    assert shown == {
        "Ready": ("3", "+2"),
        "Ready of checked": ("100 %", "no change"),
        "Working time": ("about 1\N{NO-BREAK SPACE}min", "no change"),
        "Test strength": ("80 %", "+20 points"),
    }
    assert ", against " in texts(app)
    app.button_group(key="period").set_value("All").run()
    assert {each.label: each.delta for each in app.metric} == dict.fromkeys(shown, "")
    assert ", against " not in texts(app)


def test_costs_are_shown_in_their_currency_and_as_an_estimate(
    opened_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = {"tokens_in": 2_000_000, "tokens_out": 500_000}
    add(opened_services.database, verdict="draft")
    assert "The built-in builder costs nothing." in texts(page("insights", period="All"))
    add(opened_services.database, verdict="draft", builder="m", **used)
    add(opened_services.database, verdict="draft", builder="other", **used)
    tell(opened_services.database, "UPDATE insight_days SET seconds = 0")
    shown = texts(page("insights", period="All"))
    assert "Cost not known for 2 runs." in shown
    assert "in all" not in shown
    known = {"model": "m", "price_in": 0.25, "price_out": 2.0, "currency": "USD"}
    for name, value in known.items():
        monkeypatch.setitem(opened_services.settings.__dict__, name, value)
    shown = texts(page("insights", period="All"))
    assert "**About 1.50 USD** in all, 1 runs" not in shown
    assert "**About 1.50 USD** in all, 1 run" in shown
    assert "An estimate: " in shown
    assert "Cost not known for 1 run." in shown
