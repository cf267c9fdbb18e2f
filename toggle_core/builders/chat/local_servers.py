"""Model servers on this machine, and the models that they have."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from toggle_core.builders.chat.model import OLLAMA_ADDRESS
from toggle_core.builders.chat.providers import PROVIDERS

SECONDS: Final = 0.5
"""How long a server on this machine may take to answer: a person waits for the page."""
LARGEST: Final = 262_144
"""Bytes of its answer that are read."""
MOST: Final = 50
"""Models that are listed."""
LONGEST: Final = 120
"""Characters of a model's name."""

LM_STUDIO: Final = next(each.base_url for each in PROVIDERS if each.key == "lm-studio")


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A model server that answered.

    Attributes:
        title: name for people.
        prefix: what stands before the colon in ``TOGGLE_MODEL``.
        base_url: its address, as the builder needs it.
        models: names of its models, at least one.
    """

    title: str
    prefix: str
    base_url: str
    models: tuple[str, ...]


def find_local_servers(
    ollama: str | None = None, lm_studio: str | None = None
) -> tuple[LocalServer, ...]:
    """Look for Ollama and LM Studio.

    Args:
        ollama: address of Ollama; None for the usual one.
        lm_studio: address of LM Studio, with its path; None for the usual one.

    Returns:
        Those that answered within half a second and have a model.
    """
    address = (ollama or OLLAMA_ADDRESS).rstrip("/")
    lm_studio = lm_studio or LM_STUDIO
    places = (
        ("Ollama", "ollama", address, f"{address}/api/tags"),
        ("LM Studio", "openai", lm_studio, f"{lm_studio}/models"),
    )
    with ThreadPoolExecutor(len(places)) as threads:
        answers = threads.map(lambda place: _models(place[3]), places)
        return tuple(
            LocalServer(title, prefix, base, models)
            for (title, prefix, base, _), models in zip(places, answers, strict=True)
            if models
        )


def _models(url: str) -> tuple[str, ...]:
    if urlsplit(url).scheme not in {"http", "https"}:
        return ()
    try:
        with (
            httpx.Client(trust_env=False, timeout=SECONDS) as client,
            client.stream("GET", url) as answer,
        ):
            answer.raise_for_status()
            text = b""
            for part in answer.iter_bytes():
                text += part
                if len(text) > LARGEST:
                    return ()
        return tuple(_names(json.loads(text)))[:MOST]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return ()


def _names(answer: Any) -> Iterator[str]:
    """The names in an answer of ``/api/tags`` (Ollama) or ``/v1/models`` (OpenAI's protocol)."""
    if not isinstance(answer, dict):
        return
    for key, named in (("models", "name"), ("data", "id")):
        listed = answer.get(key)
        for each in listed if isinstance(listed, list) else ():
            name = each.get(named) if isinstance(each, dict) else None
            if isinstance(name, str) and 0 < len(name) <= LONGEST and name.isprintable():
                yield name
