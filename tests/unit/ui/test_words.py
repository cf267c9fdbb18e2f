"""Founders' words for what a run is."""

import re
from dataclasses import dataclass

import pytest

from toggle_core.ui.badges import short_badge, standing_badge, verdict_badge
from toggle_core.ui.labels import (
    PROGRESS,
    STAGE_WORDS,
    Standing,
    builder_name,
    count_in_words,
    standing_of,
)
from toggle_core.words import Stage, Status, Verdict


@dataclass(frozen=True)
class Seen:
    status: Status
    stage: Stage = Stage.DONE
    verdict: Verdict | None = None
    works: bool | None = None
    promises_untried: int | None = None


@pytest.mark.parametrize(
    ("run", "standing"),
    [
        (Seen(Status.PROCESSING, Stage.QUEUED), Standing.WAITING),
        (Seen(Status.PROCESSING, Stage.CODING), Standing.WORKING),
        (Seen(Status.PROCESSING, Stage.REVIEWING), Standing.TO_REVIEW),
        (Seen(Status.COMPLETED, verdict=Verdict.DRAFT), Standing.DRAFT),
        (Seen(Status.COMPLETED, verdict=Verdict.READY), Standing.READY),
        (Seen(Status.COMPLETED, verdict=Verdict.NOT_READY), Standing.NEEDS_YOU),
        (Seen(Status.COMPLETED, verdict=Verdict.NOT_READY, works=True), Standing.WORKS),
        (Seen(Status.COMPLETED, verdict=Verdict.NOT_READY, works=False), Standing.NEEDS_YOU),
        (Seen(Status.FAILED), Standing.NEEDS_YOU),
        (Seen(Status.CANCELLED), Standing.CANCELLED),
    ],
)
def test_a_run_stands_in_one_word(run: Seen, standing: Standing) -> None:
    assert standing_of(run) is standing
    assert standing.value.word in standing_badge(run)


def test_a_run_that_works_says_how_many_promises_are_left_to_try() -> None:
    run = Seen(Status.COMPLETED, verdict=Verdict.NOT_READY, works=True, promises_untried=2)
    assert "Works: 2 to try yourself" in standing_badge(run)
    assert short_badge(run) == ":violet-badge[:material/touch_app: Works]"
    assert verdict_badge(run) == ""


def test_a_run_without_a_verdict_has_no_badge_for_it() -> None:
    assert verdict_badge(Seen(Status.FAILED)) == ""


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_a_badge(verdict: Verdict) -> None:
    badge = verdict_badge(Seen(Status.COMPLETED, verdict=verdict))
    assert re.fullmatch(r":(green|gray|orange)(-badge)?\[.+\]", badge)


def test_every_stage_has_words_and_a_progress_that_grows() -> None:
    assert list(STAGE_WORDS) == list(Stage)
    assert list(PROGRESS) == list(Stage)
    assert sorted(PROGRESS.values()) == list(PROGRESS.values())


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 runs"),
        (1, "1 run"),
        (1_234, "1,234 runs"),
        (10_000, "10,000 runs"),
        (10_001, "More than 10,000 runs"),
    ],
)
def test_a_count_is_exact_up_to_where_counting_stops(count: int, words: str) -> None:
    assert count_in_words(count, exact_up_to=10_000) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("blueprints", "Built-in builder"),
        ("openai:gpt-5-mini", "gpt-5-mini"),
        ("ollama:qwen2.5-coder:7b", "qwen2.5-coder:7b"),
        ("claude:opus", "opus"),
        ("quick", "quick"),
        ("my:own", "my:own"),
        ("openai:", "openai:"),
    ],
)
def test_a_builder_is_called_by_the_name_of_its_model(name: str, words: str) -> None:
    assert builder_name(name) == words
