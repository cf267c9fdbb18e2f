"""Try the connection to a model: one small call, and a sentence about what was seen."""

import time
from dataclasses import dataclass, replace
from typing import Final

from langchain_core.messages import HumanMessage

from toggle_core.builders.chat import event_loop
from toggle_core.builders.chat.answer import Spent
from toggle_core.builders.chat.model import make_model
from toggle_core.builders.chat.providers import title_of
from toggle_core.builders.chat.request import send
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.errors import ModelAnswerCutOff, ModelFailed

QUESTION: Final = "Answer with the one word: ready"

LONGEST_ANSWER: Final = 100
"""Tokens; some models think before they say a word."""

LONGEST_WAIT: Final = 30.0
"""Seconds; a person is looking at the button."""


@dataclass(frozen=True, slots=True)
class ConnectionReport:
    """What a small call to a model showed.

    Attributes:
        ok: whether the model answered.
        sentence: what was seen, for a person.
        model: name the server gave for the model, else the configured one.
        seconds: how long it took.
        tokens_in: tokens read.
        tokens_out: tokens written.
    """

    ok: bool
    sentence: str
    model: str
    seconds: float
    tokens_in: int
    tokens_out: int


def try_connection(settings: ChatSettings) -> ConnectionReport:
    """Make one small call.

    Args:
        settings: the model to try. Its time limit is lowered to 30 seconds, and nothing is retried.

    Returns:
        What was seen, whether it worked or not.
    """
    seconds = min(settings.request_timeout, LONGEST_WAIT)
    small = replace(
        settings,
        request_timeout=seconds,
        silence_timeout=seconds,
        max_retries=0,
        max_output_tokens=LONGEST_ANSWER,
    )
    spent = Spent()
    started = time.monotonic()
    model = settings.model
    try:
        answer = event_loop.run(send(make_model(small), [HumanMessage(QUESTION)], small, spent))
        model = answer.model_name or model
        answer.judged()
    except ModelAnswerCutOff:
        # An answer cut off by the small limit of this call is an answer all the same.
        ok, sentence = True, ""
    except ModelFailed as failed:
        ok, sentence = False, str(failed)
    else:
        ok, sentence = True, ""
    took = time.monotonic() - started
    if ok:
        sentence = (
            f"{title_of(settings)} answered as {model} in {took:.1f} seconds"
            f" ({spent.tokens_in:,} tokens read, {spent.tokens_out:,} written)."
        )
    return ConnectionReport(ok, sentence, model, took, spent.tokens_in, spent.tokens_out)
