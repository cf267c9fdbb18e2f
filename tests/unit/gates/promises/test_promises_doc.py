"""The page about the language says what the reader accepts."""

import json
import re
from typing import Any

import pytest

from tests.app_process import ROOT
from tests.unit.gates.promises.examples import get, odd, promises
from toggle_core.gates.harness.promises.artefacts import KINDS
from toggle_core.gates.harness.promises.matchers import MATCHERS
from toggle_core.gates.promises.actions import ACTIONS
from toggle_core.gates.promises.model import Kind
from toggle_core.gates.promises.reading import read_promises, survey

PAGE = (ROOT / "docs" / "promises.md").read_text()
WHOLE, *SINGLE = map(json.loads, re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL))


def test_the_first_example_is_accepted() -> None:
    assert read_promises(WHOLE).to_json() == WHOLE


@pytest.mark.parametrize("promise", SINGLE, ids=lambda promise: promise["id"])
def test_every_other_example_is_accepted(promise: dict[str, Any]) -> None:
    kind = "library" if "run" in promise["steps"][0] else "api"
    value = {"version": 1, "interface": {"kind": kind}, "promises": [promise]}
    assert survey(value, fewest=1).faults == ()


@pytest.mark.parametrize("name", [*ACTIONS, *MATCHERS, *KINDS, *(kind.value for kind in Kind)])
def test_every_name_of_the_language_is_explained(name: str) -> None:
    assert re.search(rf"`\"?{name}\b", PAGE), name


def test_the_refusal_shown_is_the_one_given() -> None:
    step = {"run": ["list"], "expect": {"status": 200}}
    bad = odd(get(), step) | {"id": "add"}
    (fault,) = survey(
        promises() | {"promises": [bad], "interface": {"kind": "web"}}, fewest=1
    ).faults
    assert f"`{fault}`" in PAGE.replace("\n", " ")
