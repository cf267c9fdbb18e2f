"""A process with another date: what Python's own modules say in it, and which days are tried."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from toggle_core.gates.harness.proof.dates import other_days

MOVED = """
import datetime, json, sqlite3, time
from datetime import timedelta
real = datetime.datetime(2020, 1, 1)
from toggle_core.gates.harness.proof.another_date import Elsewhere, move_to
move_to(400 * 86400, {zone!r})
from datetime import UTC, date, datetime as moment
expected = moment.fromtimestamp({now} + 400 * 86400)
assert abs(moment.now() - expected) < timedelta(minutes=9), moment.now()
assert date.today() == moment.now().date() == moment.today().date()
assert abs(moment.now(UTC).timestamp() - time.time()) < 9
assert moment.utcnow().hour == time.gmtime().tm_hour
assert time.strftime("%Y-%m-%d") == date.today().isoformat()
assert time.localtime()[:3] == (date.today().year, date.today().month, date.today().day)
assert time.time_ns() // 10**9 - int(time.time()) < 9
assert isinstance(real, moment) and isinstance(real, date) and isinstance(moment.now(), date)
assert not isinstance(date.today(), moment)
assert moment.now() > real and moment.now() - timedelta(days=1) < moment.now()
assert moment.strptime("2024-02-29", "%Y-%m-%d").date() == date(2024, 2, 29)
assert date.fromisoformat("2024-02-29").replace(day=1) == date(2024, 2, 1)
db = sqlite3.connect(":memory:")
assert db.execute("select ?", (date(2024, 2, 29),)).fetchone() == ("2024-02-29",)
assert f"{{date(2024, 2, 29):%d.%m.%y}}" == "29.02.24"
elsewhere = Elsewhere()
elsewhere.watch()
assert not elsewhere.started
import subprocess, sys
subprocess.run([sys.executable, "-S", "-c", ""], check=True)
assert elsewhere.started
print("as expected")
"""


@pytest.mark.parametrize("zone", ["", "FAR-13"])
def test_a_moved_process_has_one_date_everywhere(zone: str) -> None:
    text = MOVED.format(zone=zone, now=datetime.now(UTC).timestamp())
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", text],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("as expected\n", "")


@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2026-11-30", ["2028-02-29", "2027-06-01"]),
        ("2028-02-28", ["2028-02-29", "2028-08-29"]),
        ("2028-03-01", ["2032-02-29", "2028-08-31"]),
        ("2097-01-01", ["2104-02-29", "2097-07-03"]),
    ],
)
def test_a_leap_day_and_one_half_a_year_from_now_are_tried(now: str, days: list[str]) -> None:
    found = other_days(datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert [f"{day:%Y-%m-%d}" for day in found] == days
