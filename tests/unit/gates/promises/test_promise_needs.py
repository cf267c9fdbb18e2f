"""What a promise needs before it can be tried."""

from typing import Any

import pytest

from toggle_core.gates.harness.promises.needs import why_untried

RUN = {"run": ["list"], "expect": {"exit": 0}}
GET = {"get": "/", "expect": {"status": 200}}


@pytest.mark.parametrize(
    ("promise", "why"),
    [
        ({"steps": [RUN]}, ""),
        ({"steps": []}, "It has no steps yet that show it."),
        ({"sentence": "It is kept."}, "It has no steps yet that show it."),
        ({"steps": [RUN], "needs": ["A_KEY"]}, "It needs A_KEY, which is not set here."),
        ({"steps": [GET]}, "This sandbox cannot run servers."),
        ({"steps": [{"open": "/"}]}, "It needs a browser."),
        ({"steps": [{"clock": "+1 day"}, RUN]}, "It needs a clock that can be set."),
    ],
)
def test_a_promise_that_cannot_be_tried_says_what_it_needs(
    promise: dict[str, Any], why: str
) -> None:
    assert why_untried(promise, (), servers=False) == why
