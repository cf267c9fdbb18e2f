"""Report that a test failed without the text of its traceback, which takes most of the time."""

import unittest

import pytest


def plain_failure(item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport | None:
    """Return the report of a failure, None for what is none.

    Args:
        item: the test.
        call: how a part of it ended.
    """
    found = call.excinfo
    if (
        call.when == "collect"
        or found is None
        or isinstance(found.value, pytest.skip.Exception | unittest.SkipTest)
    ):
        return None
    return pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords=dict.fromkeys(item.keywords, 1),
        outcome="failed",
        longrepr="failed",
        when=call.when,
        duration=call.duration,
        start=call.start,
        stop=call.stop,
    )


class PlainFailures:
    """The plugin of pytest for runs in which nobody reads why tests fail.

    Its hook is not the first of all: pytest's own plugin for ``unittest`` puts the exception in
    before.
    """

    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport | None:
        """Report a failure."""
        return plain_failure(item, call)
