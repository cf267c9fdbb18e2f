"""What a chat model is called with."""

import pytest
from pydantic import SecretStr

from toggle_core.builders.chat.builder import ChatBuilder
from toggle_core.builders.chat.model import make_model
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.errors import (
    ModelAddressRefused,
    ModelKeyMissing,
    ModelNameRefused,
    ModelPackageMissing,
)

KEY = SecretStr("zq7-f00dfeed5ca1ab1e0ddba11")


def test_neither_key_nor_address_is_in_the_repr() -> None:
    settings = ChatSettings("openai:m", KEY, "http://user:secret@host/v1")
    assert "f00d" not in repr(settings)
    assert "secret" not in repr(settings)


def test_the_key_is_not_in_the_repr_of_the_model() -> None:
    assert "f00d" not in repr(make_model(ChatSettings("openai:gpt-5.6", KEY)))


@pytest.mark.parametrize("model", ["gpt-5.6", "openai:", ":gpt", "", "nobody:gpt"])
def test_a_name_that_is_no_model_is_refused_with_an_example(model: str) -> None:
    with pytest.raises(ModelNameRefused, match="for example ollama:"):
        ChatBuilder(ChatSettings(model, KEY)).plan("x")


@pytest.mark.parametrize(
    ("model", "variable"),
    [
        ("openai:gpt-5.6", "OPENAI_API_KEY"),
        ("anthropic:claude-sonnet-5-5", "ANTHROPIC_API_KEY"),
        ("google:gemini-3.8-flash", "GOOGLE_API_KEY"),
    ],
)
def test_a_missing_key_is_named_before_anything_is_sent(model: str, variable: str) -> None:
    with pytest.raises(ModelKeyMissing, match=f"{variable}=your-key"):
        ChatBuilder(ChatSettings(model)).plan("x")


def test_a_missing_package_gives_the_line_that_installs_it() -> None:
    with pytest.raises(ModelPackageMissing, match="python -m pip install langchain-mistralai"):
        ChatBuilder(ChatSettings("mistralai:large", KEY)).plan("x")


@pytest.mark.parametrize("address", ["localhost:1234/v1", "http://", "ftp://host/v1", "http://[x"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ModelAddressRefused, match="http://127"):
        ChatBuilder(ChatSettings("openai:m", None, address)).plan("x")


def test_an_address_with_a_password_is_refused_without_repeating_it() -> None:
    with pytest.raises(ModelAddressRefused) as caught:
        ChatBuilder(ChatSettings("openai:m", None, "http://me:hunter2@host/v1")).plan("x")
    assert "hunter2" not in str(caught.value)


def test_the_builder_is_named_for_its_model() -> None:
    assert ChatBuilder(ChatSettings("ollama:llama3.2:3b")).name == "ollama:llama3.2:3b"


def test_a_temperature_that_a_model_is_known_to_refuse_is_not_sent() -> None:
    model = make_model(ChatSettings("openai:gpt-5.6", KEY, temperature=0.3))
    assert model.temperature is None


def test_a_temperature_is_sent_to_any_other_model() -> None:
    model = make_model(ChatSettings("openai:gpt-4o", KEY, temperature=0.3))
    assert model.temperature == 0.3
