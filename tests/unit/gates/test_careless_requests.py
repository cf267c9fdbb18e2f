"""What is asked of routes that were agreed on is careless, not impossible."""

from toggle_core.gates.harness.use.routes import careless_requests

LARGEST_KEY = 2**63 - 1
"""Of a row in SQLite and in Postgres."""


def test_a_number_in_an_address_could_be_the_key_of_a_row() -> None:
    paths = [sent.path for _, sent in careless_requests(["GET /contact/{id}"], "<b>")]
    assert "/contact/O'Neil" in paths
    numbers = [int(text) for path in paths if (text := path.rpartition("/")[2]).isdigit()]
    assert numbers
    assert max(numbers) <= LARGEST_KEY
