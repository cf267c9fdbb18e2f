"""The facts that Settings shows."""

import re
import sys
from dataclasses import replace

import pytest

from toggle_core.builders.chat.providers import (
    PROVIDERS,
    Package,
    Provider,
    install_command,
    provider_of,
    split_model,
    title_of,
)
from toggle_core.builders.chat.settings import ChatSettings


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.key)
def test_the_steps_of_each_provider_lead_to_a_working_env_file(provider: Provider) -> None:
    lines = dict(line.split("=", 1) for line in provider.env_lines.splitlines())
    settings = ChatSettings(lines["TOGGLE_MODEL"], base_url=lines.get("OPENAI_BASE_URL"))
    assert provider_of(settings) == provider
    assert provider.env_lines in provider.steps[-2]


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.key)
def test_the_package_of_each_provider_is_installed_for_the_tests(provider: Provider) -> None:
    assert provider.package.installed


def test_a_package_that_is_missing_is_installed_in_a_step_of_its_own() -> None:
    missing = replace(PROVIDERS[0], package=Package("no_such_module", "no-such-package>=1,<2"))
    assert not missing.package.installed
    assert any("pip install 'no-such-package>=1,<2'" in step for step in missing.steps)


def test_a_package_that_is_there_needs_no_step() -> None:
    there = replace(PROVIDERS[0], package=Package("json", "json"))
    assert not any("pip install" in step for step in there.steps)


def test_the_install_command_names_the_python_that_runs_the_app(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/opt/my app/bin/python")
    assert install_command("a>=1") == "'/opt/my app/bin/python' -m pip install 'a>=1'"


def test_a_model_may_have_a_colon_of_its_own() -> None:
    assert split_model("ollama:qwen2.5-coder:7b") == ("ollama", "qwen2.5-coder:7b")


@pytest.mark.parametrize("name", ["google", "google-genai", "Google_GenAI", "gemini"])
def test_google_may_be_written_in_several_ways(name: str) -> None:
    assert split_model(f"{name}:gemini-3.8-flash")[0] == "google_genai"


def test_a_server_that_is_not_listed_is_called_by_its_host() -> None:
    assert title_of(ChatSettings("openai:m", base_url="http://10.0.0.5:8000/v1")) == "10.0.0.5:8000"


def test_a_provider_that_is_not_listed_is_called_by_its_name() -> None:
    assert title_of(ChatSettings("groq:llama")) == "groq"


def test_no_example_shows_a_real_key() -> None:
    for provider in PROVIDERS:
        assert not re.search(r"[0-9]", provider.key_example)
