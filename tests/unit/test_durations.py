"""A bucket stands for its durations, as accurately as is said."""

import math

import pytest

from toggle_core.insights.durations import ACCURACY, LOG_GAMMA, seconds_of


@pytest.mark.parametrize("seconds", [0.001, 0.0123, 0.5, 1.0, 1.5, 60.0, 3600.0, 1e6])
def test_the_duration_of_a_bucket_is_near_all_that_are_in_it(seconds: float) -> None:
    bucket = math.ceil(math.log(seconds) / LOG_GAMMA)
    assert seconds_of(bucket) == pytest.approx(seconds, rel=ACCURACY * 1.0001)


def test_buckets_grow() -> None:
    durations = [seconds_of(bucket) for bucket in range(-200, 500)]
    assert durations == sorted(set(durations))
