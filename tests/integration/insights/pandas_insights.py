"""Every insight, computed by pandas from exported files alone."""

import math
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from toggle_core.insights.csv_rows import Insight
from toggle_core.insights.rows import Price

Rows = list[tuple[Any, ...]]


def insights(
    runs: pd.DataFrame,
    gates: pd.DataFrame,
    events: pd.DataFrame,
    prices: dict[str, Price],
    zone: str,
) -> dict[Insight, Rows]:
    """The rows of each insight, in any order.

    Args:
        runs: of the export of runs, with dates as pandas reads them.
        gates: of the export of gates.
        events: of the export of events.
        prices: of builders.
        zone: of the hours.
    """
    runs = runs.assign(day=runs["created_at"].dt.tz_convert("UTC").dt.date)
    runs["works"] = runs["works"].fillna(False).astype(bool)
    runs["verdict"] = runs["verdict"].astype(object).where(runs["verdict"].notna(), None)
    ended = runs[runs["status"] != "processing"]
    checked = runs[runs["production"] & runs["status"].isin(["completed", "failed"])]
    completed = checked[checked["status"] == "completed"]
    return {
        Insight.RUNS: _counted(runs, ["day", "status", "verdict", "works"]),
        Insight.SUCCESS: [
            (day, len(each), ready := _ready(each), ready / len(each))
            for day, each in checked.groupby("day")
        ],
        Insight.STAGES: _stages(ended, events),
        Insight.GATES: _gates(ended, gates),
        Insight.ATTEMPTS: [
            (attempt, len(each), _ready(each)) for attempt, each in completed.groupby("attempt")
        ],
        Insight.TOKENS: [
            (builder, len(each), *_used(each), _cost(str(builder), each, prices))
            for builder, each in ended.groupby("builder")
        ],
        Insight.HOURS: _hours(runs, zone),
        Insight.VERDICTS: [
            (day, evidence, _ready(each), int(each["works"].sum()), _stopped(each))
            for (day, evidence), each in runs[runs["evidence"].notna()].groupby(["day", "evidence"])
        ],
        Insight.PROMISES: [
            (day, kept, promised - kept - untried, untried)
            for day, each in runs[runs["promises"].fillna(0) > 0].groupby("day")
            for promised, kept, untried in [_sums(each)]
        ],
        Insight.STRENGTH: [
            (day, len(each), int(_quantile(each["proof_strength"], 0.5)))
            for day, each in runs[runs["proof_strength"].notna()].groupby("day")
        ],
        Insight.REASONS: _counted(
            runs[runs["reason_code"].notna() & (runs["reason_code"] != "untried")], ["reason_code"]
        ),
        Insight.COST: [
            (week, builder, len(each), *_used(each), _cost(str(builder), each, prices))
            for (week, builder), each in ended.assign(week=ended["day"].map(_monday)).groupby(
                ["week", "builder"]
            )
            if sum(_used(each))
        ],
    }


def figures(runs: pd.DataFrame) -> tuple[int, float | None, float | None, int | None]:
    """Ready, their share of checked runs, the working time and the strength of tests: medians."""
    checked = runs[runs["production"] & runs["status"].isin(["completed", "failed"])]
    ended = runs[(runs["status"] != "processing") & runs["working_seconds"].notna()]
    strengths = runs["proof_strength"].dropna()
    return (
        _ready(checked),
        _ready(checked) / len(checked) if len(checked) else None,
        _quantile(ended["working_seconds"], 0.5) if len(ended) else None,
        int(_quantile(strengths, 0.5)) if len(strengths) else None,
    )


def times(events: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
    """Seconds worked, waited and reviewed, of each run that has ended by its events."""
    stays = _stays(events)
    kinds = stays["stage"].map(
        lambda stage: {"queued": "waiting", "reviewing": "review", "done": "none"}.get(
            stage, "working"
        )
    )
    table = stays.groupby(["task_id", kinds])["spent"].sum().unstack(fill_value=0.0)
    table = table.reindex(columns=["working", "waiting", "review"], fill_value=0.0)
    return {task: tuple(row) for task, row in zip(table.index, table.to_numpy(), strict=True)}


def _counted(frame: pd.DataFrame, keys: list[str]) -> Rows:
    groups = frame.groupby(keys, dropna=False)
    return [
        (*(None if part != part else part for part in key), len(each))  # noqa: PLR0124  NaN
        for key, each in groups
    ]


def _ready(frame: pd.DataFrame) -> int:
    return int((frame["verdict"] == "production-ready").sum())


def _stopped(frame: pd.DataFrame) -> int:
    return int(((frame["verdict"] == "not-production-ready") & ~frame["works"]).sum())


def _used(frame: pd.DataFrame) -> tuple[int, int]:
    return int(frame["tokens_in"].sum()), int(frame["tokens_out"].sum())


def _sums(frame: pd.DataFrame) -> tuple[int, ...]:
    names = ("promises", "promises_kept", "promises_untried")
    return tuple(int(frame[name].fillna(0).sum()) for name in names)


def _cost(builder: str, frame: pd.DataFrame, prices: dict[str, Price]) -> float | None:
    tokens_in, tokens_out = _used(frame)
    if builder not in prices:
        return None if tokens_in + tokens_out else 0.0
    price = prices[builder]
    return tokens_in / 1e6 * price.tokens_in + tokens_out / 1e6 * price.tokens_out


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _quantile(values: "pd.Series[Any]", share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    return float(values.sort_values().iloc[max(math.ceil(share * len(values)) - 1, 0)])


def _stays(events: pd.DataFrame) -> pd.DataFrame:
    told = events[events["kind"].isin(["stage", "continued", "error"])].sort_values("event_id")
    until = told.groupby("task_id")["at"].shift(-1)
    return told.assign(spent=(until - told["at"]).dt.total_seconds()).dropna(subset=["spent"])


def _stages(ended: pd.DataFrame, events: pd.DataFrame) -> Rows:
    stays = _stays(events[events["task_id"].isin(ended["task_id"])])
    spent = stays[stays["stage"] != "done"].groupby(["task_id", "stage"])["spent"].sum()
    found = dict(list(spent.groupby("stage")))
    worked = ended["working_seconds"].dropna()
    if len(worked):
        found["whole"] = worked
    return [
        (stage, len(each), _quantile(each, 0.5), _quantile(each, 0.95))
        for stage, each in found.items()
    ]


def _gates(ended: pd.DataFrame, gates: pd.DataFrame) -> Rows:
    asked = gates[gates["task_id"].isin(ended["task_id"])]
    rows: Rows = []
    for gate, each in asked.groupby("gate"):
        outcomes = each["outcome"].value_counts()
        passed, failed, skipped = (
            int(outcomes.get(name, 0)) for name in ("passed", "failed", "skipped")
        )
        judged = passed + failed
        runs = each.loc[each["outcome"] == "failed", "task_id"].nunique()
        rate = failed / judged if judged else 0.0
        rows.append((gate, passed, failed, skipped, rate, runs))
    return rows


def _hours(runs: pd.DataFrame, zone: str) -> Rows:
    begun = runs["created_at"].dt.tz_convert(ZoneInfo(zone))
    counts = pd.Series(1, index=[begun.dt.day_of_week, begun.dt.hour]).groupby(level=[0, 1]).sum()
    return [
        (weekday, hour, int(counts.get((weekday, hour), 0)))
        for weekday in range(7)
        for hour in range(24)
    ]
