"""Names of time zones, as browsers report them."""

import pytest

from toggle_core.history.time_zones import find_zone


@pytest.mark.parametrize(
    "name",
    [
        "UTC",
        "Europe/Berlin",
        "Asia/Calcutta",
        "US/Pacific",
        "America/Argentina/Ushuaia",
        "Etc/GMT-5",
    ],
)
def test_zone_is_found_by_each_name_a_browser_reports(name: str) -> None:
    zone = find_zone(name)
    assert zone is not None
    assert zone.key == name


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        "Etc/Unknown",
        "Europe",
        "Europe/",
        "../etc/passwd",
        "/etc/localtime",
        "localtime",
        "posix/UTC",
        "Factory",
        "tzdata.zi",
        "+05:30",
        "UTC\n",
        "Europe/Berlin\x00",
        "\ud800",
        "\N{FULLWIDTH LATIN CAPITAL LETTER A}sia/Calcutta",
        "A" * 5_000,
    ],
)
def test_zone_is_none_for_any_other_name(name: str | None) -> None:
    assert find_zone(name) is None
