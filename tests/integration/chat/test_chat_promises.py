"""Promises that a model writes: valid ones are taken, others go back to it once."""

import json
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from tests.integration.chat import replies
from tests.integration.chat.answers import PLAN_TEXT, PROJECT
from tests.integration.chat.promise_answers import (
    ADD,
    FINISH,
    GOOD,
    KEPT,
    LOOSE,
    TASK,
    answer,
    promises,
)
from tests.integration.chat.server import ScriptedServer
from toggle_core.builders.chat.builder import ChatBuilder
from toggle_core.builders.protocol import Feedback, GateFailure, can_promise
from toggle_core.builders.stopping import stoppable
from toggle_core.errors import ModelFailed, RunInterrupted
from toggle_core.gates.promises.reading import read_promises

NEW: Mapping[str, Any] = {
    "id": "due",
    "sentence": "A thing with a due date is listed with its date.",
    "vars": {"item": "word", "day": "date:1..30"},
    "before": [{"run": ["add", "old thing"]}],
    "steps": [
        {"run": ["add", "${item}", "${day}"]},
        {"run": ["list"], "expect": {"stdout": {"contains": ["${day}", "old thing"]}}},
    ],
}


def ids(written: Mapping[str, Any] | None) -> list[str]:
    """Ids of promises, which can all be read again."""
    assert written is not None
    return [each.id for each in read_promises(written, reviewed=True).promises]


def request_of(server: ScriptedServer, number: int) -> str:
    """What a person's turn of a request says."""
    return str(server.asked[number].body["messages"][1]["content"])


def test_promises_come_back_with_their_tokens(server: ScriptedServer, builder: ChatBuilder) -> None:
    server.script(replies.streamed(answer(*GOOD)))
    promised = builder.promise(TASK, PLAN_TEXT)
    assert promised.promises == promises(*GOOD)
    assert (promised.tokens_in, promised.tokens_out) == (11, 7)
    assert can_promise(builder)


def test_a_request_for_promises_holds_task_and_plan_and_no_schema(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed(answer(*GOOD)))
    builder.promise(TASK, PLAN_TEXT)
    assert not server.asked[0].is_structured
    assert TASK in request_of(server, 0)
    assert PLAN_TEXT in request_of(server, 0)


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(promises(*GOOD)),
        f"Here they are:\n\n{answer(*GOOD)}\nTell me if anything is missing.",
        f"<think>What can break? {{}}</think>\n{answer(*GOOD)}",
        json.dumps(promises(*GOOD) | {"version": None, "notes": "none"}),
        json.dumps({"answer": promises(*GOOD)}),
    ],
)
def test_promises_are_read_out_of_what_models_write_around_them(
    server: ScriptedServer, builder: ChatBuilder, written: str
) -> None:
    server.script(replies.streamed(written))
    assert builder.promise(TASK, PLAN_TEXT).promises == promises(*GOOD)
    assert len(server.asked) == 1


def test_all_that_is_wrong_goes_back_to_the_model_once(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    bad = dict(KEPT) | {"steps": [{"run": ["list"], "expect": {"status": 200}}]}
    server.script(replies.streamed(answer(ADD, LOOSE, bad)), replies.streamed(answer(*GOOD)))
    promised = builder.promise(TASK, PLAN_TEXT)
    assert promised.promises == promises(*GOOD)
    assert (promised.tokens_in, promised.tokens_out) == (22, 14)
    again = request_of(server, 1)
    for part in (
        "Promise “loose”: It cannot be broken",
        "Promise “kept”, step 1: “expect” does not know “status”",
        "these words of the task: “finish”.",
        ADD["sentence"],
    ):
        assert part in again


def test_what_is_wrong_twice_is_dropped_and_named(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed(answer(*GOOD, LOOSE)))
    written = builder.promise(TASK, PLAN_TEXT).promises
    assert ids(written) == ["add", "finish", "kept"]
    assert written is not None
    assert written["left_out"] == [
        {
            "words": "It can be started.",
            "why": "Promise “loose”: It cannot be broken: no step expects anything.",
        }
    ]
    assert len(server.asked) == 2


def test_words_that_no_promise_covers_are_left_out_by_name(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed(answer(*GOOD)))
    written = builder.promise(f"{TASK}, with reminders by e-mail", PLAN_TEXT).promises
    assert written is not None
    assert written["left_out"] == [{"words": "reminders, e-mail", "why": "No promise covers it."}]


def test_fewer_than_three_valid_promises_are_returned_as_they_are(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed(answer(ADD, FINISH)))
    written = builder.promise(TASK, PLAN_TEXT).promises
    assert ids(written) == ["add", "finish"]
    assert "There must be 3 to 7 promises, and there are 2." in request_of(server, 1)


def test_a_worse_second_answer_is_not_taken(server: ScriptedServer, builder: ChatBuilder) -> None:
    server.script(replies.streamed(answer(*GOOD, LOOSE)), replies.streamed(answer(LOOSE)))
    assert ids(builder.promise(TASK, PLAN_TEXT).promises) == ["add", "finish", "kept"]


def test_fifty_promises_are_cut_to_seven(server: ScriptedServer, builder: ChatBuilder) -> None:
    many = [
        dict(ADD) | {"id": f"p{n}", "sentence": f"{n} things: add, finish, list, to-do."}
        | {"vars": {"item": f"words:{n % 20 + 1}", "n": f"int:0..{n + 1}"}}
        for n in range(50)
    ]  # fmt: skip
    server.script(replies.streamed(answer(*many), piece=2_000))
    written = builder.promise(TASK, PLAN_TEXT).promises
    assert ids(written) == [f"p{n}" for n in range(7)]
    assert written is not None
    assert written["left_out"][0]["why"] == "At most 7 promises are tried."
    assert "There must be 3 to 7 promises, and there are 50." in request_of(server, 1)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (answer(), "No promise covers it."),
        ("I would rather not.", "it contains no usable list of promises"),
        ("{}", "it contains no usable list of promises"),
        ('{"promises": [' + "[" * 5_000, "it contains no usable list of promises"),
    ],
)
def test_a_model_that_promises_nothing_twice_leaves_the_task_out(
    server: ScriptedServer, builder: ChatBuilder, written: str, why: str
) -> None:
    server.script(replies.streamed(written, piece=2_000))
    promised = builder.promise(TASK, PLAN_TEXT)
    assert ids(promised.promises) == []
    assert promised.promises is not None
    assert why in promised.promises["left_out"][0]["why"]
    assert len(server.asked) == 2
    assert promised.tokens_in == 22


@pytest.mark.parametrize(
    "reply",
    [
        replies.streamed("", refusal="I cannot help with that."),
        replies.streamed('{"promises": [', finish="length"),
    ],
)
def test_an_answer_that_is_refused_or_cut_off_is_not_asked_for_again(
    server: ScriptedServer, builder: ChatBuilder, reply: Any
) -> None:
    server.script(reply)
    promised = builder.promise(TASK, PLAN_TEXT)
    assert ids(promised.promises) == []
    assert promised.promises is not None
    assert promised.promises["left_out"][0]["words"] == TASK
    assert len(server.asked) == 1
    assert promised.tokens_in > 0


def test_an_unreadable_answer_is_asked_for_again(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed("Certainly!"), replies.streamed(answer(*GOOD)))
    assert builder.promise(TASK, PLAN_TEXT).promises == promises(*GOOD)
    assert "it contains no usable list of promises" in request_of(server, 1)


def test_a_server_that_is_down_fails_with_the_tokens_so_far(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed(answer(ADD)), replies.error(401, "wrong key"))
    with pytest.raises(ModelFailed) as failed:
        builder.promise(TASK, PLAN_TEXT)
    assert (failed.value.tokens_in, failed.value.tokens_out) == (11, 7)


def test_vacuous_promises_go_back_with_the_other_faults(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed(answer(*GOOD, LOOSE)), replies.streamed(answer(*GOOD)))
    tried: list[list[str]] = []

    def find_vacuous(found: Mapping[str, Any]) -> list[str]:
        tried.append(ids(found))
        return ["add"] if len(tried) == 1 else []

    written = builder.promise(TASK, PLAN_TEXT, find_vacuous=find_vacuous).promises
    assert written == promises(*GOOD)
    assert tried == [["add", "finish", "kept"]] * 2
    again = request_of(server, 1)
    assert "Promise “add”: A program that does nothing keeps it, so it proves nothing." in again
    assert "Promise “loose”: It cannot be broken" in again


def test_a_promise_that_is_vacuous_twice_is_dropped_and_named(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed(answer(*GOOD)))
    written = builder.promise(TASK, PLAN_TEXT, find_vacuous=lambda _: ["kept"]).promises
    assert ids(written) == ["add", "finish"]
    assert written is not None
    assert written["left_out"][0]["words"] == KEPT["sentence"]
    assert len(server.asked) == 2


def test_a_change_keeps_the_promises_of_its_base_and_adds_its_own(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    base = promises(*GOOD, left_out=[{"words": "due dates, reminders", "why": "not asked"}])
    interface = {"kind": "cli", "commands": [["add", "TEXT", "DATE"]]}
    server.script(replies.streamed(answer(NEW, interface=interface)))
    written = builder.promise("With a due date", PLAN_TEXT, base=base, before=TASK).promises
    assert ids(written) == ["add", "finish", "kept", "due"]
    assert written is not None
    assert written["interface"]["commands"] == [
        ["add", "TEXT", "DATE"], *promises()["interface"]["commands"]
    ]  # fmt: skip
    assert written["left_out"] == base["left_out"], "reminders are still left out"
    assert len(server.asked) == 1
    request = request_of(server, 0)
    for part in (TASK, "With a due date", ADD["sentence"], "superseded"):
        assert part in request


def test_a_change_may_replace_and_end_promises_of_its_base(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    gone = [{"id": "kept", "why": "the list starts fresh each day"}]
    new = dict(NEW) | {"id": "add"}
    server.script(replies.streamed(answer(new, superseded=gone)))
    written = builder.promise("With a due date", PLAN_TEXT, base=promises(*GOOD)).promises
    assert ids(written) == ["finish", "add"]


def test_promises_of_the_base_survive_a_model_that_writes_none(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed("Certainly!"))
    written = builder.promise("With a due date", PLAN_TEXT, base=promises(*GOOD)).promises
    assert ids(written) == ["add", "finish", "kept"]
    assert written is not None
    assert "With a due date" in {each["words"] for each in written["left_out"]}


BARE: Mapping[str, Any] = {"id": "search", "sentence": "I can search things.", "steps": []}
SEARCH: Mapping[str, Any] = {
    "id": "search",
    "sentence": "Something else.",
    "vars": {"a": "word", "b": "word"},
    "steps": [
        {"run": ["add", "${a}"]},
        {"run": ["add", "${b}"]},
        {"run": ["search", "${a}"], "expect": {"stdout": {"contains": "${a}"}}},
    ],
}


def test_a_sentence_that_a_person_adds_gets_steps(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    interface = {"kind": "web", "commands": [["search", "WORD"]]}
    server.script(replies.streamed(answer(SEARCH, LOOSE, interface=interface)))
    agreed = promises(*GOOD, BARE)
    promised = builder.write_steps(TASK, PLAN_TEXT, agreed)
    assert ids(promised.promises) == ["add", "finish", "kept", "search"]
    assert promised.promises is not None
    assert promised.promises["promises"][3] == SEARCH | {"sentence": BARE["sentence"]}
    assert promised.promises["interface"]["kind"] == "cli", "what was agreed on stays"
    assert ["search", "WORD"] in promised.promises["interface"]["commands"]
    assert promised.tokens_in == 11
    assert "- `search`: I can search things." in request_of(server, 0)


@pytest.mark.parametrize("written", [answer(LOOSE | {"id": "search"}), "No.", answer()])
def test_a_sentence_without_valid_steps_stays_without(
    server: ScriptedServer, builder: ChatBuilder, written: str
) -> None:
    server.script(replies.streamed(written))
    agreed = promises(*GOOD, BARE)
    assert builder.write_steps(TASK, PLAN_TEXT, agreed).promises == agreed


def test_steps_with_a_fault_go_back_to_the_model_once(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(
        replies.streamed(answer(LOOSE | {"id": "search"})), replies.streamed(answer(SEARCH))
    )
    promised = builder.write_steps(TASK, PLAN_TEXT, promises(BARE))
    assert promised.promises is not None
    assert promised.promises["promises"][0]["steps"] == SEARCH["steps"]
    assert "Promise “search”: It cannot be broken" in request_of(server, 1)


def test_steps_that_a_program_without_function_keeps_are_not_taken(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    server.script(replies.streamed(answer(SEARCH)))
    agreed = promises(BARE)
    promised = builder.write_steps(TASK, PLAN_TEXT, agreed, find_vacuous=lambda _: ["search"])
    assert promised.promises == agreed
    assert len(server.asked) == 2


def test_nothing_is_sent_where_every_sentence_has_steps(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    agreed = promises(*GOOD)
    assert builder.write_steps(TASK, PLAN_TEXT, agreed).promises == agreed
    assert server.asked == []


def test_a_cancelled_run_does_not_wait_for_its_promises(
    server: ScriptedServer, builder: ChatBuilder
) -> None:
    asked = threading.Event()

    def reply(_: Any) -> None:
        asked.set()
        server.stopping.wait(100)

    server.script(reply)
    with stoppable(asked.is_set), pytest.raises(RunInterrupted):
        builder.promise(TASK, PLAN_TEXT)


@pytest.mark.parametrize("is_repair", [False, True])
def test_the_coder_gets_interface_sentences_and_steps_with_examples(
    server: ScriptedServer, builder: ChatBuilder, is_repair: bool
) -> None:
    failures = (GateFailure("promises", "“kept” is broken"),)
    feedback = Feedback(failures, {"main.py": "print(1)\n"}, "main.py", 2) if is_repair else None
    server.script(replies.streamed(PROJECT))
    builder.code(TASK, PLAN_TEXT, feedback, promises=promises(*GOOD))
    request = request_of(server, 0)
    assert "- python main.py done NUMBER" in request
    assert f"3. {KEPT['sentence']}" in request
    assert '- {"restart": true}' in request
    assert "${item}" not in request


def test_a_coder_without_promises_gets_none(server: ScriptedServer, builder: ChatBuilder) -> None:
    server.script(replies.streamed(PROJECT))
    builder.code(TASK, PLAN_TEXT, promises=promises())
    builder.code(TASK, PLAN_TEXT)
    assert request_of(server, 0) == request_of(server, 1)
    assert "<promises>" not in request_of(server, 0)
