"""A token bucket for each client."""

import pytest

from toggle_core.api.rates import Buckets, address_of
from toggle_core.errors import TooManyRequests
from toggle_core.settings import Settings


class Clock:
    """A clock that tests set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def buckets(clock: Clock) -> Buckets:
    return Buckets(clock)


def taken(buckets: Buckets, client: str, per_minute: int, times: int) -> int:
    """How many of so many requests were let through."""
    accepted = 0
    for _ in range(times):
        try:
            buckets.take(client, per_minute)
        except TooManyRequests:
            continue
        accepted += 1
    return accepted


def test_a_minutes_worth_may_come_at_once(buckets: Buckets) -> None:
    assert taken(buckets, "a", 10, 15) == 10


def test_a_bucket_fills_up_evenly(buckets: Buckets, clock: Clock) -> None:
    taken(buckets, "a", 60, 60)
    clock.now += 2.5
    assert taken(buckets, "a", 60, 5) == 2


def test_asking_in_vain_costs_nothing(buckets: Buckets, clock: Clock) -> None:
    taken(buckets, "a", 60, 1_000)
    clock.now += 1
    assert taken(buckets, "a", 60, 1) == 1


def test_a_bucket_holds_no_more_than_a_minute(buckets: Buckets, clock: Clock) -> None:
    taken(buckets, "a", 10, 1)
    clock.now += 3_600
    assert taken(buckets, "a", 10, 15) == 10


def test_clients_do_not_share(buckets: Buckets) -> None:
    assert taken(buckets, "a", 10, 15) == 10
    assert taken(buckets, "b", 10, 15) == 10


def test_it_is_told_when_there_is_room_again(buckets: Buckets, clock: Clock) -> None:
    taken(buckets, "a", 6, 6)
    with pytest.raises(TooManyRequests) as refused:
        buckets.take("a", 6)
    assert refused.value.retry_after == 10
    clock.now += refused.value.retry_after
    buckets.take("a", 6)


def test_no_limit_refuses_nobody(buckets: Buckets) -> None:
    assert taken(buckets, "a", 0, 100_000) == 100_000


def test_clients_are_forgotten_after_a_minute(buckets: Buckets, clock: Clock) -> None:
    for number in range(500):
        buckets.take(str(number), 10)
    clock.now += 61
    buckets.take("new", 10)
    assert len(buckets) == 1


def test_a_thousand_submits_in_ten_seconds_are_fine_by_default(
    buckets: Buckets, clock: Clock
) -> None:
    limit: int = Settings.model_fields["requests_per_minute"].default
    accepted = 0
    for _ in range(1_000):
        clock.now += 0.01
        accepted += taken(buckets, "127.0.0.1", limit, 10)  # each asked for nine times, too
    assert accepted == 10_000


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("not an address", "not an address"),
    ],
)
def test_an_address_stands_for_a_client(host: str, client: str) -> None:
    assert address_of({"client": (host, 1)}) == client


def test_a_unix_socket_is_one_client() -> None:
    assert address_of({"client": None}) == ""
