"""Packages that only tests need, told by what pytest says without them."""

import re

_FIXTURE = re.compile(r"fixture '(\w+)' not found")
_OF_FIXTURES = {
    "mocker": "pytest-mock",
    "benchmark": "pytest-benchmark",
    "httpx_mock": "pytest-httpx",
    "requests_mock": "requests-mock",
    "respx_mock": "respx",
    "freezer": "pytest-freezer",
    "faker": "Faker",
    "snapshot": "syrupy",
    "page": "pytest-playwright",
    "aiohttp_client": "pytest-aiohttp",
    "event_loop": "pytest-asyncio",
}
_ASYNC = "async def functions are not natively supported"


def missing_for_tests(text: str) -> str | None:
    """Return the package that tests need, None if pytest does not say so.

    Args:
        text: what pytest says of the failed tests.
    """
    for name in _FIXTURE.findall(text):
        if name in _OF_FIXTURES:
            return _OF_FIXTURES[name]
    return "pytest-asyncio" if _ASYNC in text else None
