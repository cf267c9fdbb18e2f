"""Make LangChain's chat model for settings. Only here are libraries of providers imported."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from langchain_core.language_models import BaseChatModel

from toggle_core.builders.chat.providers import (
    PROVIDERS,
    install_command,
    provider_of,
    split_model,
    title_of,
)
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.builders.chat.surroundings import check_surroundings
from toggle_core.builders.chat.wire import client_options, uses_environment
from toggle_core.errors import (
    ModelAddressRefused,
    ModelFailed,
    ModelKeyMissing,
    ModelNameRefused,
    ModelPackageMissing,
    ModelRequestRefused,
)
from toggle_core.key_masking import excerpt

OLLAMA_ADDRESS: Final = "http://127.0.0.1:11434"

HEEDLESS: Final = frozenset({"openai"})
"""Providers whose clients do not look at the environment for a server on this machine. Ollama's
package makes a client of its own as soon as it is imported, which does."""

NO_KEY: Final = "no-key-needed"
"""Stands in for a key at a server that wants none: the client insists on one."""

Arguments = dict[str, Any]


def make_model(settings: ChatSettings, *, streaming: bool = True) -> BaseChatModel:
    """Make the chat model. Nothing is sent.

    Args:
        settings: the model and its limits.
        streaming: whether it may stream; without, an answer comes as a whole.

    Raises:
        ModelFailed: its package or its key is missing, or there is no such provider.
    """
    prefix, name = split_model(settings.model)
    _require_key(settings)
    _require_address(settings)
    _require_surroundings(settings)
    from langchain.chat_models import init_chat_model  # noqa: PLC0415 - heavy, only for chat models

    failure: ModelFailed
    try:
        arguments = _SPECIAL.get(prefix, _other)(settings)
        model = init_chat_model(
            name, model_provider=prefix, disable_streaming=not streaming, **arguments
        )
    except ImportError as error:
        failure = _package_missing(settings, str(error))
    except Exception as error:  # Each provider's library has errors of its own.
        failure = _refused(settings, str(error))
    else:
        return _roughly(settings, _without_refused_temperature(model))
    raise failure


def body_with_schema(settings: ChatSettings, schema: Mapping[str, Any]) -> Arguments:
    """What other servers with OpenAI's protocol are sent for structured output.

    It is a part of the body that LangChain does not look at: else it would hand the stream to the
    part of OpenAI's client that stops at the first chunk of another shape.

    Args:
        settings: the model and its limits.
        schema: JSON Schema of the answer, with a title and a description.
    """
    named = {"name": schema["title"], "description": schema["description"], "strict": True}
    bare = {name: value for name, value in schema.items() if name not in {"title", "description"}}
    form = {"type": "json_schema", "json_schema": {**named, "schema": bare}}
    return {**_given(max_tokens=settings.max_output_tokens), "response_format": form}


def _require_key(settings: ChatSettings) -> None:
    provider = provider_of(settings)
    if provider and provider.key_variable and not settings.api_key:
        raise ModelKeyMissing(title=provider.title, variable=provider.key_variable)


def _require_address(settings: ChatSettings) -> None:
    """Refuse an address that no request can be sent to, or that would be logged with a password."""
    if settings.base_url is None:
        return
    if not settings.host or not settings.base_url.startswith(("http://", "https://")):
        raise ModelAddressRefused(reason="it does not begin with http:// or https:// and a host")
    if "@" in settings.base_url:
        raise ModelAddressRefused(reason="a user and a password may not be part of it")


def address_of(settings: ChatSettings) -> str:
    """Where requests go: as set, or the provider's own, of which only the scheme is known."""
    is_ollama = split_model(settings.model)[0] == "ollama"
    return settings.base_url or (OLLAMA_ADDRESS if is_ollama else "https://")


def _require_surroundings(settings: ChatSettings) -> None:
    """Refuse an environment in which no library could send anything."""
    address = address_of(settings)
    if split_model(settings.model)[0] in HEEDLESS and not uses_environment(address):
        return
    is_https = address.startswith("https:")
    if failure := check_surroundings(title_of(settings), is_https=is_https):
        raise failure


def _package_missing(settings: ChatSettings, message: str) -> ModelFailed:
    provider = provider_of(settings)
    if provider and provider.package.installed:
        return _refused(settings, message)
    if provider:
        return ModelPackageMissing(title=provider.title, command=provider.package.install_command)
    named = re.search(r"pip install ([\w.\-]+)", message)
    package = named[1] if named else f"langchain-{split_model(settings.model)[0]}"
    return ModelPackageMissing(title=title_of(settings), command=install_command(package))


def _refused(settings: ChatSettings, message: str) -> ModelFailed:
    if "Unsupported provider" in message:
        return ModelNameRefused(model=settings.model, example=PROVIDERS[0].example)
    reason = excerpt(message, settings.secrets)
    return ModelRequestRefused(title=title_of(settings), model=settings.model, reason=reason)


def _without_refused_temperature(model: BaseChatModel) -> BaseChatModel:
    """Drop the temperature of a model that is known to refuse a request with one."""
    knows = (getattr(model, "profile", None) or {}).get("temperature", True)
    if not knows and getattr(model, "temperature", None) is not None:
        return model.model_copy(update={"temperature": None})
    return model


def _roughly(settings: ChatSettings, model: BaseChatModel) -> BaseChatModel:
    """Read chunks of another server than OpenAI's as they are."""
    if split_model(settings.model)[0] == "openai" and settings.base_url:
        from toggle_core.builders.chat.chunks import RoughCompletions  # noqa: PLC0415 - heavy

        model.async_client = RoughCompletions(model.root_async_client)  # type: ignore[attr-defined]
    return model


def _openai(settings: ChatSettings) -> Arguments:
    import httpx2  # noqa: PLC0415 - only for this provider
    import openai  # noqa: PLC0415 - heavy, only for this provider

    options = client_options(httpx2, settings, settings.base_url or "")
    arguments: Arguments = {
        "api_key": settings.api_key or NO_KEY,
        "base_url": settings.base_url,
        "timeout": options["timeout"],
        "max_retries": 0,
        "http_async_client": openai.DefaultAsyncHttpxClient(**options),
        # Never used; the one made by default would stumble over a proxy that is not asked.
        "http_client": openai.DefaultHttpxClient(trust_env=False),
        "openai_proxy": "",
        "stream_usage": True,
        "stream_chunk_timeout": None,
        **_given(temperature=settings.temperature),
    }
    if settings.base_url:
        # Other servers know the older name of the limit, and not the Responses API.
        limit = _given(max_tokens=settings.max_output_tokens)
        return arguments | {"use_responses_api": False, "extra_body": limit or None}
    return arguments | _given(max_tokens=settings.max_output_tokens)


def _ollama(settings: ChatSettings) -> Arguments:
    import httpx  # noqa: PLC0415 - only for this provider

    address = settings.base_url or OLLAMA_ADDRESS
    options = client_options(httpx, settings, address)
    if settings.api_key:
        key = settings.api_key.get_secret_value()
        options["headers"] |= {"Authorization": f"Bearer {key}"}
    return {
        "base_url": address,
        "async_client_kwargs": options,
        "sync_client_kwargs": {"trust_env": False},  # never used
        **_given(temperature=settings.temperature),
    }


def _google(settings: ChatSettings) -> Arguments:
    import httpx  # noqa: PLC0415 - only for this provider

    options = client_options(httpx, settings, settings.base_url or "https://")
    # One attempt is the least its client knows; none would mean its own default of five.
    return _other(settings) | {"max_retries": 1, "client_args": options}


def _other(settings: ChatSettings) -> Arguments:
    """The arguments every provider of LangChain takes, by its documentation of chat models."""
    return {
        "timeout": settings.request_timeout,
        "max_retries": 0,
        **_given(
            api_key=settings.api_key,
            base_url=settings.base_url,
            temperature=settings.temperature,
            max_tokens=settings.max_output_tokens,
        ),
    }


_SPECIAL: Final[Mapping[str, Callable[[ChatSettings], Arguments]]] = {
    "openai": _openai,
    "ollama": _ollama,
    "google_genai": _google,
}


def _given(**arguments: Any) -> Arguments:
    return {name: value for name, value in arguments.items() if value is not None}
