"""Pauses between attempts that keep failing."""

from toggle_core.backoff import Backoff


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff(first=0.5, longest=3)
    assert [backoff.pause() for _ in range(5)] == [0.5, 1, 2, 3, 3]


def test_pauses_begin_anew_after_a_reset() -> None:
    backoff = Backoff(first=0.5, longest=3)
    backoff.pause()
    backoff.reset()
    assert backoff.pause() == 0.5


def test_pauses_begin_anew_after_an_attempt_that_outlasted_the_longest() -> None:
    backoff = Backoff(first=0.5, longest=3)
    backoff.pause()
    assert [backoff.pause(lasted=3), backoff.pause(lasted=3.1)] == [1, 0.5]
