"""A builder is named by its built-in name, or by module and class; all else is refused."""

import sys
from pathlib import Path

import pytest

from tests.builders import Quick
from toggle_core.builders.blueprints import Blueprints
from toggle_core.builders.chat.providers import PROVIDERS, Provider
from toggle_core.builders.registry import chat_settings, load_builder
from toggle_core.errors import BuilderUnknown
from toggle_core.settings import Settings
from toggle_core.worker.service import WorkerSettings

MODULES = {
    "no_python": "def",
    "raising_module": "raise RuntimeError('not today')",
    "parts": """
class NoName:
    ideas = ()
    def plan(self, task): ...
    def code(self, task, plan, feedback=None): ...

class NoPlan:
    name, ideas = "mine", ()
    def code(self, task, plan, feedback=None): ...

class Needy:
    def __init__(self, key): ...

class Raising:
    def __init__(self): raise ValueError("no key")

class Named:
    name, ideas = "mine", ()
    def plan(self, task): ...
    def code(self, task, plan, feedback=None): ...

class Unnamed(Named):
    name = ""

class Numbered(Named):
    name = 7

class Lengthy(Named):
    name = "x" * 201

value = 7
""",
}


@pytest.fixture(autouse=True)
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules of a person's own that can be imported."""
    for name, text in MODULES.items():
        (tmp_path / f"{name}.py").write_text(text)
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.parametrize("name", ["", "blueprints"])
def test_the_built_in_builder_has_a_name_and_is_the_default(name: str) -> None:
    builder = load_builder(name)
    assert isinstance(builder, Blueprints)
    assert builder.name == "blueprints"


def test_a_class_of_ones_own_is_loaded_by_module_and_name() -> None:
    assert isinstance(load_builder("tests.builders:Quick"), Quick)
    assert load_builder("parts:Named").name == "mine"


WRONG = {
    "Blueprints": "it is no built-in name",
    "gpt-4": "it is no built-in name",
    "tests.builders": "it is no built-in name",
    "parts:": "it is no built-in name",
    ":Named": "Empty module name",
    "::": "",
    "no.such.module:Builder": "No module named 'no'",
    "parts:Missing": "has no attribute 'Missing'",
    "parts:value": "not callable",
    "parts:Needy": "missing 1 required positional argument: 'key'",
    "parts:Raising": "ValueError: no key",
    "parts:NoName": "it has no name",
    "parts:NoPlan": "it has no plan",
    "parts:Unnamed": "its name is no text",
    "parts:Numbered": "its name is no text",
    "parts:Lengthy": "its name is no text",
    "no_python:Builder": "SyntaxError",
    "raising_module:Builder": "RuntimeError: not today",
    "../etc/passwd:x": "",
    "\x00:x": "",
}


@pytest.mark.parametrize(("name", "reason"), WRONG.items())
def test_anything_else_is_refused_with_the_setting_and_the_reason(name: str, reason: str) -> None:
    with pytest.raises(BuilderUnknown) as refusal:
        load_builder(name)
    sentence = str(refusal.value)
    assert sentence.startswith("The setting TOGGLE_BUILDER is ")
    assert reason in sentence
    assert sentence.endswith("Use blueprints, or module:Class of a builder of your own.")


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.key)
def test_the_key_of_a_provider_is_used_for_its_models_and_kept_out_of_what_they_write(
    provider: Provider,
) -> None:
    given = {provider.key_variable: "s3cret-of-mine"} if provider.key_variable else {}
    settings = Settings(TOGGLE_MODEL=provider.example, **given)
    key = chat_settings(settings).api_key
    assert (key.get_secret_value() if key else "") == given.get(provider.key_variable, "")
    assert WorkerSettings.of(settings, 1).secrets == tuple(given.values())
