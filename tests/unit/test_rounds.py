"""How benchmarks compare: turns, percentiles and exponents."""

import pytest

from benchmarks.rounds import alternate, exponent, percentile


def test_every_contestant_has_a_turn_in_each_round_and_the_order_alternates() -> None:
    order: list[str] = []

    def turn(name: str) -> int:
        order.append(name)
        return len(order)

    found = alternate({"one": lambda: turn("one"), "two": lambda: turn("two")}, 3)

    assert order == ["one", "two", "two", "one", "one", "two"]
    assert found == {"one": [1, 4, 5], "two": [2, 3, 6]}


@pytest.mark.parametrize(("percent", "value"), [(50, 5.0), (95, 10.0), (10, 1.0)])
def test_a_percentile_is_the_value_that_so_many_do_not_exceed(percent: int, value: float) -> None:
    assert percentile([float(each) for each in range(10, 0, -1)], percent) == value


@pytest.mark.parametrize("power", [0.0, 1.0, 2.0])
def test_the_exponent_of_a_power_is_found(power: float) -> None:
    sizes = [10.0, 100.0, 1000.0]

    assert exponent(sizes, [3 * size**power for size in sizes]) == pytest.approx(power)
