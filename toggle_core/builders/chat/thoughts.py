"""Separate a model's answer from the reasoning written before it into the same text.

Servers without a parser for a model's reasoning pass it on as it is: between tags, with the opening
tag left out (chat templates write it into the prompt), or in the channels of gpt-oss. Reasoning may
hold anything, drafts of the files among it, so it has to go before files are looked for. But a
program may be about such tags, and a file is never cut at one.
"""

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from toggle_core.builders.chat.fences import Block, blocks

_NAME: Final = r"(?:[a-z]{1,12}:)?(?:think|thinking|thought|thoughts|reasoning|reflection|analysis)"

OPENING: Final = re.compile(
    rf"<{_NAME}(?:\s[^<>\n]{{0,60}})?>|\[THINK\]|◁think▷|<\|begin_of_thought\|>"
    r"|<\|START_THINKING\|>|<\|think\|>|<\|channel>thought\b",
    re.IGNORECASE,
)
CLOSING: Final = re.compile(
    rf"</{_NAME}\s?>|\[/THINK\]|◁/think▷|<\|end_of_thought\|>|<\|END_THINKING\|>|<\|/think\|>"
    r"|<channel\|>",
    re.IGNORECASE,
)
"""Tags of reasoning: DeepSeek, Qwen and most others; Mistral; Kimi; OpenThinker; Cohere; Gemma."""

MOST_STRETCHES: Final = 8
"""Stretches of reasoning that are taken out of an answer."""

MOST_MENTIONS: Final = 500
"""Tags that are looked at for one of them, those that are only mentioned among them."""

MOST_TAGS: Final = 20
"""Tags that are looked at closely."""

MOST_DRAFTS: Final = 3
"""Drafts left open that are looked for before one of them."""

HEADER: Final = re.compile(
    r"(?:<\|start\|>\s{0,4}assistant\s{0,4})?<\|channel\|>\s{0,4}(?P<channel>\w{1,20})"
    r"(?P<more>[^<\n]{0,100}(?:<\|constrain\|>[^<\n]{0,40})?)<\|message\|>"
)
"""Begins a message of gpt-oss, by the Harmony format of its prompts."""

FIRST_HEADER: Final = re.compile(r"(?:<\|start\|>)?(?:assistant)?(?=<\|channel\|>|<\|message\|>)")
BARE_HEADER: Final = re.compile(r"(?P<channel>analysis|commentary|final)\s?<\|message\|>")
END_OF_MESSAGE: Final = re.compile(r"<\|(?:end|return|call)\|>\s*(?=<\|start\|>|\Z)")

WORN_FINAL: Final = re.compile(r"\bassistant\s?final(?=[^a-z])|assistantfinal")
"""The same where the server has removed the special tokens: ``analysis...assistantfinal...``."""

LEAKED_END: Final = re.compile(
    r"(?:<\|(?:im_end|end|return|call|eot_id|eom_id|endoftext|end_of_text|end_of_solution"
    r"|END_RESPONSE|end_of_turn)\|>|</s>|<end_of_turn>|<\uff5cend\u2581of\u2581sentence\uff5c>|\s)+\Z"
)
"""Ends of a turn that a server passes on as text."""

WRAPPER: Final = re.compile(
    r"<(answer|response|output|final|solution)>(?P<tagged>.*)</\1>\Z"
    r"|(?:<\|begin_of_solution\|>|<\|START_RESPONSE\|>)(?P<begun>.*)\Z",
    re.DOTALL | re.IGNORECASE,
)

NEAR: Final = 200
"""Characters beside a tag that show how it is used."""

SENTENCE_ENDS: Final = ".!?:)]}…\u3002\uff01\uff1f"
QUOTES: Final = "'\"`\\"


def without_thoughts(answer: str) -> str:
    """The answer without reasoning; empty where there is nothing else."""
    text = _trimmed(answer)
    for _ in range(MOST_STRETCHES):
        if _is_json(text):
            break
        steps = [_without_first, _final_message]
        if FIRST_HEADER.match(text) or BARE_HEADER.match(text):
            steps.reverse()
        shorter = next((found for step in steps if (found := step(text)) is not None), None)
        if shorter is None:
            break
        text = _without_stray(_trimmed(shorter))
    wrapped = WRAPPER.match(text)
    return (wrapped["tagged"] or wrapped["begun"] or "").strip() if wrapped else text


def _trimmed(text: str) -> str:
    """The text without a byte order mark, blanks around it and ends of a turn."""
    text = text.lstrip("\ufeff").strip()
    # A search from every blank would take time in the square of their number.
    tail = max(0, len(text) - 400)
    return text[:tail] + LEAKED_END.sub("", text[tail:])


def _without_stray(text: str) -> str:
    """What follows reasoning, without a closing tag that stands at its very end once more."""
    last = [
        tag for tag in CLOSING.finditer(text, max(0, len(text) - 100)) if tag.end() == len(text)
    ]
    return text[: last[0].start()].rstrip() if last else text


def _final_message(text: str) -> str | None:
    """What stands in the last message that is for the reader; None where there are no channels."""
    headers = list(_headers(text))
    if not headers:
        worn = WORN_FINAL.search(text) if text.startswith("analysis") else None
        return text[worn.end() :] if worn else None
    final = next((header for header in headers if header["channel"] == "final"), None)
    if final is None and headers[-1]["channel"] == "commentary":
        final = headers[-1]  # structured output that came as the arguments of a call
    if final is None:
        return ""
    content = text[final.end() :]
    end = END_OF_MESSAGE.search(content)
    return content[: end.start()] if end else content


def _headers(text: str) -> Iterator[re.Match[str]]:
    """Headers of messages, without those that are text of a file."""
    first = BARE_HEADER.match(text)
    if first:
        yield first
    if not first and not HEADER.search(text):
        return
    found = _first(HEADER, text)
    begins = FIRST_HEADER.match(text) is not None or first is not None
    places = _Places(text)
    for header in found:
        starts = header[0].startswith("<|start|>") or (begins and header is found[0])
        if (starts or begins) and not places.in_file(header.start()):
            yield header


def _without_first(text: str) -> str | None:
    """The text without its first stretch of reasoning; None where there is none."""
    opened = OPENING.match(text)
    places = _Places(text)
    closings = _first(CLOSING, text, places.is_plain if opened else places.may_close)
    closing = next(filter(places.is_boundary, closings), None)
    if closing is None:
        # Reasoning that does not end is no answer; or it ends in the middle of a draft.
        return (text[closings[0].end() :] if closings else "") if opened else None
    before = [tag for tag in _first(OPENING, text[: closing.start()]) if places.opens(tag)]
    kept = text[: before[0].start()] if before else ""
    return f"{kept}\n{text[closing.end() :]}"


def _first(
    tag: re.Pattern[str], text: str, fits: Callable[[re.Match[str]], bool] = bool
) -> list[re.Match[str]]:
    """The first places of a tag that fit."""
    return list(islice(filter(fits, islice(tag.finditer(text), MOST_MENTIONS)), MOST_TAGS))


def _is_json(text: str) -> bool:
    """Whether the text is one JSON value, or begins as one: reasoning does not."""
    if text.startswith("{"):
        return True
    if not text.startswith("["):
        return False
    try:
        json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return False
    return True


class _Places:
    """Where the tags of a text stand."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._blocks: list[Block] | None = None
        self._drafts = 0

    def may_close(self, tag: re.Match[str]) -> bool:
        """Whether a closing tag may end reasoning by its line, rather than being mentioned."""
        if not self.is_plain(tag):
            return False
        before, after = self._beside(tag)
        if not before or not after or after.startswith(("{", "[", "```", "~~~")):
            return True
        return before[-1] in SENTENCE_ENDS and after[0] not in ".,;:)!?"

    def is_boundary(self, tag: re.Match[str]) -> bool:
        """Whether such a tag ends reasoning, rather than being a part of a file."""
        block = self._block_at(tag.start())
        if block is None:
            return True
        self._drafts += not block.is_sound
        if block.is_sound or self._drafts > MOST_DRAFTS:
            return False
        return self._goes_on_well(tag.end(), block)

    def opens(self, tag: re.Match[str]) -> bool:
        """Whether an opening tag begins reasoning."""
        before, _ = self._beside(tag)
        return not before and self.is_plain(tag) and not self.in_file(tag.start())

    def in_file(self, at: int) -> bool:
        """Whether a place is inside a block whose end is certain."""
        block = self._block_at(at)
        return block is not None and block.is_sound

    def is_plain(self, tag: re.Match[str]) -> bool:
        """Whether a tag stands in no quotes."""
        start, end = tag.span()
        signs = self._text[max(0, start - 1) : start], self._text[end : end + 1]
        return not all(sign and sign in QUOTES for sign in signs)

    def _beside(self, tag: re.Match[str]) -> tuple[str, str]:
        """What stands before and behind a tag in its line."""
        before = self._text[max(0, tag.start() - NEAR) : tag.start()].rpartition("\n")[2]
        behind = self._text[tag.end() : tag.end() + NEAR].partition("\n")[0]
        return before.strip(), behind.strip()

    def _block_at(self, at: int) -> Block | None:
        if self._blocks is None:
            self._blocks = blocks(self._text)
        line = self._text.count("\n", 0, at)
        return next((each for each in self._blocks if each.start < line < each.end), None)

    def _goes_on_well(self, at: int, block: Block) -> bool:
        """Whether what follows reads well by itself, so that ``block`` was a draft left open."""
        following = blocks(self._text[at:])
        if following:
            return all(each.is_sound for each in following)
        rest = self._text[at:].strip()
        return rest.startswith("{") or (not block.path and bool(rest))
