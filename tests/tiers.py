"""Which tests ``make test`` leaves to ``make prove``: variants of what it has proved once."""

from collections.abc import Iterator, Sequence

import pytest

from tests.e2e.viewing import DESK, PHONE, View
from tests.sandbox.world import users

KEYBOARD = "without_a_mouse"
"""Part of the names of journeys that use the keyboard alone."""

FOLDERS = ("tests/chaos/",)
FILES = (
    "tests/e2e/test_firefox.py",
    "tests/integration/api/test_fuzzing.py",
    "tests/integration/store/test_pgbouncer.py",
    "tests/integration/store/test_postgres_versions.py",
    "tests/integration/chat/test_chat_local_model.py",
    "tests/sandbox/test_blueprint_features.py",
    "tests/sandbox/test_blueprint_features_web.py",
    "tests/sandbox/test_blueprint_forms.py",
    "tests/sandbox/test_blueprint_promises.py",
    "tests/sandbox/test_blueprints.py",
    "tests/sandbox/test_large_projects.py",
)
"""Another browser, generated requests, other servers, a real model, every blueprint through every
gate, and projects that are larger than usual."""

ATTACKS = "tests/sandbox/test_attacks.py"


def mark_variants(items: Sequence[pytest.Item]) -> None:
    """Mark the tests that belong to ``make prove`` alone.

    Args:
        items: the collected tests.
    """
    for item in items:
        if any(_reasons(item)):
            item.add_marker(pytest.mark.prove)


def _reasons(item: pytest.Item) -> Iterator[bool]:
    place = item.nodeid
    yield place.startswith((*FOLDERS, *FILES))
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    view = parameters.get("view")
    if isinstance(view, View):
        yield view != (PHONE if KEYBOARD in item.name else DESK)
    if place.startswith("tests/sandbox/"):
        yield parameters.get("user", users()[0]) != users()[0]
        yield place.startswith(ATTACKS) and parameters.get("backend") == "landlock"
