"""Which builder this process uses, and why."""

import importlib
from dataclasses import dataclass, replace
from typing import Final, cast

from toggle_core.builders.chat.providers import key_variable_of, split_model
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.builders.kept_model import KeptModel, read_model
from toggle_core.builders.protocol import Builder
from toggle_core.errors import BuilderUnknown
from toggle_core.settings import Settings
from toggle_core.words import NAME_LIMIT

BUILT_IN: Final = {"blueprints": "toggle_core.builders.blueprints:Blueprints"}


@dataclass(frozen=True, slots=True)
class Choice:
    """The builder of a process.

    Attributes:
        builder: plans and codes.
        why: one sentence for people.
        chat: the model it asks; None where it asks none.
    """

    builder: Builder
    why: str
    chat: ChatSettings | None = None


def choose_builder(settings: Settings) -> Choice:
    """The builder that the settings name: TOGGLE_BUILDER, else TOGGLE_MODEL, else a model that was
    connected on the Settings page and is kept in a file, else the built-in one.

    Args:
        settings: of the process.

    Raises:
        StartError: what is set cannot be used; the sentence says why.
    """
    if settings.builder:
        why = f"TOGGLE_BUILDER is set to {settings.builder}."
        return Choice(load_builder(settings.builder), why)
    if settings.model:
        chat = chat_settings(settings)
        return model_choice(chat, f"TOGGLE_MODEL is set to {settings.model}.")
    if kept := read_model(settings.embedded_folder):
        why = "It was connected on this page, and is kept in a file."
        return model_choice(kept_settings(settings, kept), why)
    return built_in()


def built_in() -> Choice:
    """The built-in builder."""
    return Choice(load_builder("blueprints"), "No chat model is connected.")


def kept_settings(settings: Settings, kept: KeptModel) -> ChatSettings:
    """How a model is called that was connected on the Settings page.

    Args:
        settings: of the process, for the limits.
        kept: the model and its key.

    Raises:
        ModelNameRefused: the model is not ``provider:model``.
    """
    named = settings.model_copy(update={"model": kept.model})
    return replace(chat_settings(named), api_key=kept.api_key, base_url=kept.base_url)


def model_choice(chat: ChatSettings, why: str) -> Choice:
    """The builder that asks a model.

    Args:
        chat: the model and its limits.
        why: one sentence for people.
    """
    from toggle_core.builders.chat.builder import ChatBuilder

    return Choice(ChatBuilder(chat), why, chat)


def load_builder(name: str) -> Builder:
    """Make the builder of a name.

    Args:
        name: ``blueprints``, or ``module:Class`` of one's own; empty means ``blueprints``.

    Raises:
        BuilderUnknown: there is no such builder, or it does not plan and code.
    """
    path = BUILT_IN.get(name or "blueprints", name)
    module_name, _, class_name = path.partition(":")
    if not class_name:
        raise BuilderUnknown(value=name, reason="it is no built-in name")
    try:
        builder = getattr(importlib.import_module(module_name), class_name)()
    except Exception as error:  # the edge: module and class are a person's own
        reason = f"{type(error).__name__}: {error}".rstrip(": ")
        raise BuilderUnknown(value=name, reason=reason) from error
    missing = [part for part in ("name", "ideas", "plan", "code") if not hasattr(builder, part)]
    if missing:
        raise BuilderUnknown(value=name, reason=f"it has no {missing[0]}")
    if not (isinstance(builder.name, str) and 0 < len(builder.name) <= NAME_LIMIT):
        raise BuilderUnknown(
            value=name, reason=f"its name is no text of 1 to {NAME_LIMIT} characters"
        )
    return cast(Builder, builder)


def chat_settings(settings: Settings) -> ChatSettings:
    """How the model of the settings is called.

    Args:
        settings: with ``model`` set.

    Raises:
        ModelNameRefused: it is not ``provider:model``.
    """
    provider, _ = split_model(settings.model)
    addresses = {"openai": settings.openai_base_url, "ollama": settings.ollama_host}
    return ChatSettings(
        model=settings.model,
        api_key=settings.model_keys.get(key_variable_of(provider)),
        base_url=addresses.get(provider),
        temperature=settings.temperature,
        max_output_tokens=settings.max_output_tokens,
        max_context_tokens=settings.max_context_tokens,
        request_timeout=settings.request_timeout,
        silence_timeout=settings.silence_timeout,
        max_retries=settings.max_retries,
        langsmith=settings.langsmith,
    )
