"""A real model on this machine, very small: the plumbing is judged, not the prose."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.integration.chat.local_model import CONTEXT_TOKENS, KEY, NAME
from toggle_core import errors
from toggle_core.builders.chat.builder import ChatBuilder
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.builders.chat.trial import try_connection
from toggle_core.builders.protocol import Plan, Project

TASKS = ("Write a to-do list", "Create a hello world app", "Count the words of a text file")


@pytest.fixture(scope="module")
def local() -> Iterator[ChatSettings]:
    """Settings for the model, served for these tests. Every answer is short."""
    script = Path(__file__).with_name("local_model.py")
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        assert server.stdout
        address = server.stdout.readline().strip()
        assert address, "the local model did not start"
        yield ChatSettings(
            model=f"openai:{NAME}",
            api_key=SecretStr(KEY),
            base_url=f"{address}/v1",
            temperature=0.0,
            max_output_tokens=150,
            request_timeout=800.0,
            max_retries=0,
        )
        server.communicate(timeout=60)


def test_the_connection_can_be_tried(local: ChatSettings) -> None:
    report = try_connection(local)
    assert report.ok, report.sentence
    assert report.model == NAME
    assert report.tokens_in > 0
    assert report.tokens_out > 0


def test_a_plan_comes_back_with_its_tokens(local: ChatSettings) -> None:
    plan = first_plan(ChatBuilder(local))
    assert plan is not None
    assert "\n\n1. " in plan.text
    assert plan.tokens_in > 200
    assert 0 < plan.tokens_out <= local.max_output_tokens


def test_code_gives_a_project_or_a_plain_reason(local: ChatSettings) -> None:
    result = code_or_reason(ChatBuilder(local))
    assert result.tokens_in > 500
    assert result.tokens_out > 0
    if isinstance(result, Project):
        assert result.entry in result.files
    else:
        assert str(result).startswith(("The answer of", local.model))


def test_a_wrong_key_is_refused_by_a_real_server_too(local: ChatSettings) -> None:
    with pytest.raises(errors.ModelKeyRefused):
        ChatBuilder(replace(local, api_key=SecretStr("something-else"))).plan(TASKS[0])


def test_a_task_too_long_for_the_model_is_named_so(local: ChatSettings) -> None:
    with pytest.raises(errors.ModelPromptTooLong):
        ChatBuilder(local).plan("greet " * CONTEXT_TOKENS)


def first_plan(builder: ChatBuilder) -> Plan | None:
    """The first plan of a few tasks: so small a model may ramble on one of them to the limit."""
    for task in TASKS:
        try:
            return builder.plan(task)
        except errors.ModelAnswerCutOff:
            continue
    return None


def code_or_reason(builder: ChatBuilder) -> Project | errors.ModelFailed:
    """What there is after one attempt."""
    try:
        return builder.code(TASKS[0], "1. Write `main.py`.")
    except errors.ModelFailed as failed:
        return failed
