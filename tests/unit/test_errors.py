"""The docstring of an error is a sentence a person can read."""

import inspect
import json
import string
import subprocess
import sys
from pathlib import Path

import pytest

from toggle_core import errors
from toggle_core.errors import ToggleError, sentence_of

ROOT = Path(__file__).parents[2]

ALL = [
    error
    for _, error in inspect.getmembers(errors, inspect.isclass)
    if issubclass(error, ToggleError)
]


def facts_of(error: type[ToggleError]) -> list[str]:
    """The names in braces."""
    parts = string.Formatter().parse(error.__doc__ or "")
    return [name for _, name, _, _ in parts if name is not None]


@pytest.mark.parametrize("error", ALL)
def test_the_sentence_holds_every_fact_on_one_line(error: type[ToggleError]) -> None:
    facts = facts_of(error)
    raised = error(**dict.fromkeys(facts, 4711))
    assert str(raised).replace(",", "").count("4711") == len(facts)
    assert "\n" not in str(raised)
    assert "  " not in str(raised)
    assert "{" not in str(raised)


@pytest.mark.parametrize("error", ALL)
def test_the_sentence_begins_and_ends_as_sentences_do(error: type[ToggleError]) -> None:
    sentence = " ".join((error.__doc__ or "").split())
    assert sentence[0].isupper() or sentence[0] == "{"
    assert sentence[-1] in ".?}"


@pytest.mark.parametrize("error", [error for error in ALL if facts_of(error)])
def test_a_forgotten_fact_is_noticed_where_it_is_raised(error: type[ToggleError]) -> None:
    with pytest.raises(KeyError):
        error()


def test_facts_are_shown_as_they_are_even_with_braces() -> None:
    assert str(errors.BuildFailed(reason="{0} {x} %s")) == "{0} {x} %s"


def test_the_facts_of_the_case_can_be_asked() -> None:
    assert errors.PortTaken(port=3030, setting="TOGGLE_PORT").facts == {
        "port": 3030,
        "setting": "TOGGLE_PORT",
    }


def test_sentences_survive_where_python_drops_docstrings() -> None:
    code = (
        "import json\n"
        "from toggle_core import errors\n"
        "types = [value for value in vars(errors).values() if isinstance(value, type)]\n"
        "found = [each for each in types if issubclass(each, errors.ToggleError)]\n"
        "print(json.dumps({error.__name__: errors.sentence_of(error) for error in found}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-OO", "-c", code], stdout=subprocess.PIPE, check=True, cwd=ROOT
    )
    assert json.loads(done.stdout) == {error.__name__: sentence_of(error) for error in ALL}
