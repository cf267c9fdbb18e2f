"""The providers people are shown how to connect, and what each needs."""

import importlib.util
import shlex
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.errors import ModelNameRefused
from toggle_core.locations import CHECKOUT, ENV_FILE, PROVIDERS_FILE

_ENV_FILE: Final = f"`{ENV_FILE}`" if CHECKOUT is None else "`.env` in the project's folder"
ENV_FILE_STEP: Final = (
    f"Open the file {_ENV_FILE} (create it if there is none) and add these lines:"
)
RESTART_STEP: Final = "Save the file, start the app again, and press **Try the connection** here."


@dataclass(frozen=True, slots=True)
class Package:
    """What must be installed to call a provider.

    Attributes:
        module: what is imported.
        requirement: what is installed, with the range of versions that is known to work.
    """

    module: str
    requirement: str

    @property
    def installed(self) -> bool:
        """Whether it is installed in this environment now."""
        return importlib.util.find_spec(self.module) is not None

    @property
    def install_command(self) -> str:
        """The exact shell line that installs it where this app runs."""
        return install_command(self.requirement)


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a model can come from, as Settings shows it.

    Attributes:
        key: short name, fit for a widget's key.
        title: name for people.
        prefix: what stands before the colon in ``TOGGLE_MODEL``.
        model: an example of what stands behind it.
        package: what must be installed.
        before: what to do before ``.env``, as Markdown, one step each.
        key_variable: environment variable of the key; empty where none is needed.
        key_example: what a key looks like.
        base_url: value of ``OPENAI_BASE_URL``; empty where it is not needed.
    """

    key: str
    title: str
    prefix: str
    model: str
    package: Package
    before: tuple[str, ...]
    key_variable: str = ""
    key_example: str = ""
    base_url: str = ""

    @property
    def example(self) -> str:
        """An example of ``TOGGLE_MODEL``."""
        return f"{self.prefix}:{self.model}"

    @property
    def env_lines(self) -> str:
        """The lines to paste into ``.env``."""
        lines = [f"TOGGLE_MODEL={self.example}"]
        if self.base_url:
            lines.append(f"OPENAI_BASE_URL={self.base_url}")
        if self.key_variable:
            lines.append(f"{self.key_variable}={self.key_example}")
        return "\n".join(lines)

    @property
    def steps(self) -> tuple[str, ...]:
        """Everything to do, in order, as Markdown for someone who has never done it."""
        install: tuple[str, ...] = ()
        if not self.package.installed:
            command = self.package.install_command
            install = (f"In a terminal, in the project's folder, run:\n\n```\n{command}\n```",)
        env = f"{ENV_FILE_STEP}\n\n```\n{self.env_lines}\n```"
        return (*self.before, *install, env, RESTART_STEP)


def _load() -> tuple[Provider, ...]:
    found = tomllib.loads(PROVIDERS_FILE.read_text(encoding="utf-8"))
    packages = {name: Package(**package) for name, package in found["packages"].items()}
    return tuple(
        Provider(**each | {"package": packages[each["package"]], "before": tuple(each["before"])})
        for each in found["providers"]
    )


PROVIDERS: Final = _load()
"""In the order in which Settings shows them."""

ALIASES: Final = {"google": "google_genai", "gemini": "google_genai", "claude": "anthropic"}
"""Other words people write before the colon."""


def split_model(model: str) -> tuple[str, str]:
    """Split ``provider:model`` into LangChain's name of the provider, and the model's.

    Raises:
        ModelNameRefused: one of the two is missing.
    """
    prefix, _, name = (part.strip() for part in model.partition(":"))
    if not prefix or not name:
        raise ModelNameRefused(model=model, example=PROVIDERS[0].example)
    prefix = prefix.lower().replace("-", "_")
    return ALIASES.get(prefix, prefix), name


def key_variable_of(prefix: str) -> str:
    """The environment variable of the key for models of a prefix; empty where none is needed."""
    return next((each.key_variable for each in PROVIDERS if each.prefix == prefix), "")


def provider_of(settings: ChatSettings) -> Provider | None:
    """The provider that settings mean; None for one that is not in the list above."""
    prefix, _ = split_model(settings.model)
    same = [each for each in PROVIDERS if each.prefix == prefix]
    if prefix == "openai" and settings.base_url:
        ours = [each for each in same if each.base_url == settings.base_url.rstrip("/")]
        return ours[0] if ours else same[-1]
    return same[0] if same else None


def title_of(settings: ChatSettings) -> str:
    """Name of the provider for people; the host, for a server that is not in the list above."""
    provider = provider_of(settings)
    if provider is None:
        return split_model(settings.model)[0]
    return settings.host if provider.key == "openai-compatible" else provider.title


def install_command(requirement: str) -> str:
    """The exact shell line that installs a requirement where this app runs."""
    python = Path(sys.executable)
    if python.is_relative_to(Path.cwd()):
        python = python.relative_to(Path.cwd())
    return f"{shlex.quote(str(python))} -m pip install {shlex.quote(requirement)}"
