"""Which promises are accepted, and with which sentence the others are refused."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.gates.promises.examples import ADD, GONE, KEPT, get, odd, promises, run
from toggle_core.errors import PromisesRefused
from toggle_core.gates.promises.model import Kind
from toggle_core.gates.promises.reading import read_promises, survey

UPLOAD = {"name": "people.csv", "content": "name\n${w}\n"}


def refusal(value: Any) -> str:
    """The sentence that promises are refused with."""
    with pytest.raises(PromisesRefused) as refused:
        read_promises(value)
    return str(refused.value)


def nested(levels: int) -> Any:
    """Lists within each other."""
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def test_promises_are_read_and_written_unchanged() -> None:
    value = promises(left_out=[{"words": "my bank", "why": "needs the bank's service"}])
    found = read_promises(value)
    assert found.interface.kind is Kind.CLI
    assert [promise.id for promise in found.promises] == ["add", "kept", "gone"]
    assert found.to_json() == value
    assert read_promises(json.loads(json.dumps(found.to_json()))) == found


def test_what_is_left_out_may_be_an_object_of_reasons() -> None:
    found = read_promises(promises(left_out={"drag and drop": "no step drags"}))
    assert found.to_json()["left_out"] == [{"words": "drag and drop", "why": "no step drags"}]


@pytest.mark.parametrize(
    "step",
    [
        run(stdout="${w}", json={"/total": "${a}"}),
        run(exit="not 0", stderr={"matches": r"^\s*(\S+)\s+(\d+)\s*$"}),
        {"run": ["@try.py"], "files": {"try.py": "import prices\n"}, "expect": {"exit": 0}},
        {"run": [], "stdin": "typed\n", "expect": {"stdout": {"contains": ["${w}", 3]}}},
        run(stdout={"in_order": ["a", "${a * 2}"], "count": {"of": "x", "is": "${a}"}}),
        run(stdout={"contains": "${round(sum(a, [a, 2.5]) / (a + 1), 2)}"}),
        {"file": "out/${w}.csv", "expect": {"exists": True, "kind": "csv", "contains": "${w}"}},
        {"file": "out.pdf", "expect": {"min_bytes": 100, "text": {"contains": "Total"}}},
    ],
)
def test_a_step_of_a_command_line_program_is_accepted(step: dict[str, Any]) -> None:
    assert read_promises(promises(odd(step))).promises[3].steps == (step,)


@pytest.mark.parametrize(
    "step",
    [
        get("/items?page=2&q=${w}", status="2xx", text={"contains": "${w}"}),
        get(json={"/title": "${w}", "/tags/0": {"contains": "a"}, "": {"equals": ["a", 1]}}),
        get(header={"Content-Type": {"contains": "text/html"}}, kind="pdf"),
        {"post": "/", "form": {"q": ["a", "b"], "n": 3}, "expect": {"status": 200}},
        {"post": "/", "json": {"n": [1, None, True]}, "expect": {"status": 201}},
        {
            "request": {
                "method": "PUT",
                "path": "/items/${a}",
                "body": "x",
                "headers": {"X-Key": "1", "Cookie": "a=b; c=${w}"},
            },
            "expect": {"status": 404},
        },
        {
            "submit": {"page": "/new", "button": "Save", "fields": {"File": UPLOAD, "Tags": ["a"]}},
            "as": "ana",
            "save": {"id": {"pattern": r"/item/(\d+)"}},
            "expect": {"html": {"not_contains": "error"}},
        },
        {"follow": "Menu", "expect": {"status": 200}},
        {"see": "${w}"},
        {"together": [{"post": "/book"}, {"post": "/book"}], "expect": {"count": 1}},
        {
            "together": [{"post": "/a"}, {"post": "/b", "as": "ana"}],
            "expect": {"count": {"is": 1}, "status": 201},
        },
        get(status=[200, "3xx"], text="${w}"),
        get("/copy/http://other.example/?of=//other.example/"),
        {
            "request": {"method": "PATCH", "path": "/", "form": {"a": "b"}},
            "expect": {"status": 200},
        },
        {"submit": {"page": "/", "fields": {"Done": True}}, "expect": {"status": 200}},
    ],
)
def test_a_step_of_a_web_program_is_accepted(step: dict[str, Any]) -> None:
    assert read_promises(promises(odd(step), kind="web")).promises[3].steps == (step,)


@pytest.mark.parametrize(
    "step",
    [
        {"open": "/"},
        {"click": "Add"},
        {"type": {"New card": "${w}"}},
        {"press": "Enter"},
        {"drag": {"from": "Card", "to": "Done"}},
        {"restart": True},
        {"wait": 2.5},
        {"clock": "+366 days"},
    ],
)
def test_a_step_without_an_expectation_is_accepted_beside_others(step: dict[str, Any]) -> None:
    assert read_promises(promises(odd(step, get()), kind="web")).promises[3].steps[0] == step


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|ab)*c", r"(\w*)*\d*x", "a?" * 50 + "a" * 50])
def test_a_pattern_that_python_would_search_for_ever_is_accepted(pattern: str) -> None:
    """The harness searches in linear time."""
    assert survey(promises(odd(run(stdout={"matches": pattern})))).faults == ()


def test_patterns_are_bounded_in_number() -> None:
    patterns = [f"[a-z]{{9{n}}}" for n in range(31)]
    steps = [run(stdout={"matches": patterns}), run(stdout={"not_matches": patterns})]
    assert survey(promises(odd(*steps))).faults == (
        "The promises have more than 60 regular expressions.",
    )


def test_a_saved_value_is_known_to_later_steps_only() -> None:
    post = {"post": "/", "save": {"id": {"pointer": "/id"}}}
    assert survey(promises(odd(post, get("/${id}")), kind="web")).faults == ()
    (fault,) = survey(promises(odd(get("/${id}"), post), kind="web")).faults
    assert fault == (
        "Promise “odd”, step 1: the placeholder “id” is neither in “vars” nor saved by an earlier"
        " step."
    )


def test_steps_before_a_change_are_checked_and_kept() -> None:
    before = [{"run": ["add", "${w}"]}]
    found = read_promises(promises(odd(run(exit=0), before=before)))
    assert found.promises[3].to_json()["before"] == before
    assert "step of “before” 1" in refusal(promises(odd(run(exit=0), before=[{"run": 3}])))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"version": 2}, "The version must be 1."),
        ({"version": True}, "The version must be 1."),
        ({"loops": 3}, "The whole does not know “loops”; it knows version,"),
        ({"interface": None}, "“interface” is missing."),
        ({"interface": {"kind": "game"}}, "“interface” needs a kind, one of cli, web, api,"),
        ({"interface": {"kind": ["cli"]}}, "“interface” needs a kind, one of cli, web, api,"),
        ({"interface": {"kind": "cli", "commands": ["add"]}}, "“commands” must be a list."),
        ({"interface": {"kind": "web", "routes": ["/"]}}, "A route is such as “GET /items”, not"),
        (
            {"interface": {"kind": "web", "routes": ["GET //other.example/"]}},
            "A route is such as “GET /items”",
        ),
        ({"promises": {}}, "“promises” must be a list."),
        ({"promises": []}, "There must be 3 to 7 promises, and there are 0."),
        ({"promises": [ADD, KEPT]}, "There must be 3 to 7 promises, and there are 2."),
        ({"promises": ["a", "b", "c"]}, "Promise number 1: A promise must be an object."),
        ({"promises": [ADD, KEPT, {**GONE, "id": "ADD"}]}, "Another promise has the same “id”."),
        (
            {"promises": [ADD, KEPT, {**GONE, "sentence": ADD["sentence"]}]},
            "Promise “gone”: It has the same sentence as “add”.",
        ),
        (
            {"promises": [ADD, KEPT, {**ADD, "id": "more", "sentence": "More."}]},
            "Promise “more”: It has the same steps as “add”.",
        ),
        ({"left_out": "bank"}, "“left_out” must be a list."),
        ({"left_out": [{"words": "bank"}]}, "“why” in “left_out” must be a text."),
        ({"left_out": {"bank": " "}}, "“why” in “left_out” is empty."),
        ({"left_out": nested(40)}, "The promises are nested more than 24 levels deep."),
        ({"left_out": [0] * 20_000}, "The promises consist of more than 10,000 values."),
        ({"left_out": ["x" * 60_000, "y" * 60_000]}, "bytes; at most 65,536 are allowed."),
        ({"left_out": "x" * 70_000}, "contain a text of more than 65,536 characters."),
        ({"left_out": [float("nan")]}, "The promises contain a number that is not finite."),
        ({"left_out": [float("inf")]}, "The promises contain a number that is not finite."),
        ({"left_out": [10**5_000]}, "The promises contain a number of more than 16 digits."),
        ({"left_out": ["\ud800"]}, "contain a NUL character or half a surrogate pair."),
        ({"left_out": {"a\x00": "b"}}, "contain a NUL character or half a surrogate pair."),
        ({"left_out": {3: "b"}}, "have a name in an object that is not a text."),
        ({"left_out": [b"bytes"]}, "contain a bytes, which JSON does not have."),
    ],
)
def test_a_whole_that_cannot_be_read_is_refused(change: dict[str, Any], sentence: str) -> None:
    assert sentence in refusal(promises() | change)


@pytest.mark.parametrize("value", [None, 3, "promises", [], [{}], {}])
def test_what_is_no_object_of_promises_is_refused(value: object) -> None:
    assert refusal(value).endswith(".")


def test_an_object_that_contains_itself_is_refused() -> None:
    value = promises()
    value["left_out"] = value
    assert "nested more than 24 levels" in refusal(value)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"id": ""}, "Promise number 4: “id” is empty."),
        ({"id": 7}, "Promise number 4: “id” must be a text."),
        ({"id": "../x"}, "“id” must consist of letters, digits, hyphens and underscores."),
        ({"id": "x" * 41}, "“id” has 41 characters; at most 40 are allowed."),
        ({"sentence": None}, "Promise “odd”: “sentence” must be a text."),
        ({"sentence": "  "}, "Promise “odd”: “sentence” is empty."),
        ({"sentence": "x" * 201}, "“sentence” has 201 characters; at most 200 are allowed."),
        ({"sentence": "One.\nTwo."}, "“sentence” must be on one line."),
        ({"sentence": "One\u2028two."}, "“sentence” must be on one line."),
        ({"sentence": "It shows ${a}."}, "“sentence” must be plain words, without placeholders."),
        ({"sentence": "\x1b[31mRed"}, "“sentence” must be plain words, without placeholders."),
        ({"extra": 1}, "A promise does not know “extra”; it knows id, sentence, vars, steps,"),
        ({"needs": ["my key"]}, "“needs” names environment variables such as WEATHER_API_KEY,"),
        ({"needs": "KEY"}, "“needs” must be a list."),
        ({"steps": None}, "“steps” must be a list."),
        ({"steps": []}, "“steps” is empty."),
        ({"steps": [{"restart": True}] * 15}, "has 15 entries; at most 14 are allowed."),
        ({"steps": [{"run": ["a"]}]}, "It cannot be broken: no step expects anything."),
        ({"vars": {"a b": "word"}}, "A variable cannot be named “a b”"),
        ({"vars": {"sum": "word"}}, "A variable cannot be named “sum”"),
        (
            {"vars": {"a": "colour"}},
            "The variable “a” has no kind that is known: “colour” is not a kind of value",
        ),
        ({"vars": {"a": 3}}, "The variable “a” needs a kind, such as “word”."),
        ({"vars": {"a": "int:1.5..2"}}, "The variable “a” has no kind that is known"),
        ({"vars": {"a": "int:9..1"}}, "The range of “int:9..1” is empty."),
        ({"vars": {"a": "int:3..3"}}, "The variable “a” is always the same: “int:3..3”."),
        ({"vars": {"a": "int:1..99999999999999"}}, "The variable “a” has no kind that is known"),
        ({"vars": {"a": "decimal:0..1.1234567"}}, "The variable “a” has no kind that is known"),
        ({"vars": {"a": "words:99"}}, "At most 20 words can be drawn, not 99."),
        ({"vars": {"a": "date:0..99999"}}, "The variable “a” is more than 36,500 days from today."),
        ({"vars": {f"v{n}": "word" for n in range(30)}}, "“vars” has 30 entries; at most 20"),
    ],
)
def test_a_promise_with_a_fault_is_refused(change: dict[str, Any], sentence: str) -> None:
    assert sentence in refusal(promises(odd(run(exit=0)) | change))


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ("list", "A step must be an object."),
        ({}, "a step does exactly one thing, and this one has none of run, get,"),
        ({"run": ["a"], "get": "/"}, "a step does exactly one thing, and this one has run and get"),
        ({"loop": 3}, "a step does exactly one thing, and this one has none of"),
        ({"run": ["a"], "form": {}}, "“run” does not know “form”; it knows run, stdin, files,"),
        ({"run": "list"}, "“run” must be a list."),
        ({"run": [3]}, "An argument of “run” must be a text."),
        ({"run": ["a"] * 50}, "“run” has 50 entries; at most 40 are allowed."),
        ({"run": ["@try.py"]}, "“run” starts “try.py”, which no step lays in “files”."),
        ({"run": [], "files": {"../x": ""}}, "the path “../x” must be relative and inside the"),
        ({"run": [], "files": {"/etc/x": ""}}, "the path “/etc/x” must be relative and inside"),
        ({"run": [], "files": {"main.py": ""}}, "“files” cannot lay “main.py”"),
        ({"run": [], "files": {"a.txt": 3}}, "The file “a.txt” must be a text."),
        ({"file": "a/../../b"}, "the path “a/../../b” must be relative and inside the project."),
        ({"file": "~/x"}, "the path “~/x” must be relative and inside the project."),
        ({"file": "C:\\x"}, "must be relative and inside the project."),
        ({"file": "."}, "the path “.” must be relative and inside the project."),
        ({"wait": 11}, "“wait” must be from 0 to 10."),
        ({"wait": -1}, "“wait” must be from 0 to 10."),
        ({"wait": "2"}, "“wait” must be a number."),
        ({"wait": True}, "“wait” must be a number."),
        ({"restart": False}, "“restart” must be true."),
        ({"restart": True, "expect": {"exit": 0}}, "“restart” has no answer, so it can have no"),
        ({"clock": "+1 year"}, "“clock” must be such as “+3 days”"),
        ({"clock": "-3 days"}, "“clock” must be such as “+3 days”"),
        ({"clock": 3}, "“clock” must be such as “+3 days”"),
        ({"run": [], "as": "a b"}, "“as” must be a name of letters, digits, hyphens and"),
        ({"run": ["${b}"]}, "the placeholder “b” is neither in “vars” nor saved by an earlier"),
        ({"run": ["${a +}"]}, "The expression “${a +}” cannot be read: it ends too early."),
        ({"run": ["${a"]}, "${a"),
        ({"run": ["${exec(a)}"]}, "exec"),
        ({"run": ["${" + "(" * 60 + "a" + ")" * 60 + "}"]}, "parentheses"),
        ({"run": ["${" + "a+" * 900 + "a}"]}, "characters"),
        (get(), "“get” needs a program that answers requests, not one of kind cli."),
        ({"run": [], "save": {"a": {"pattern": "x"}}}, "“save” uses the name of the variable “a”."),
        ({"run": [], "save": {"b": {}}}, "“save” of “b” needs either “pattern” or “pointer”."),
        ({"run": [], "save": {"b": "x"}}, "“save” of “b” must be an object."),
        ({"run": [], "save": {"b": {"pattern": "("}}}, "The regular expression “(” cannot be read"),
        ({"run": [], "save": {"b": {"pointer": "id"}}}, "A JSON pointer begins with “/”"),
        ({"run": [], "expect": {}}, "“expect” is empty."),
        (
            run(status=200),
            "“expect” does not know “status”; it knows exit, stdout, stderr, text, json, kind.",
        ),
        (run(exit=300), "“exit” must be from 0 to 255."),
        (run(exit="0"), "“exit” must be a number."),
        (run(exit=True), "“exit” must be a number."),
        (run(exit=0.5), "“exit” must be a whole number."),
        (run(stdout=6), "“stdout” must be an object such as {“contains”: “text”}."),
        (run(stdout=""), "“contains” looks for an empty text, which is in every text."),
        (run(stdout={}), "“stdout” is empty."),
        (run(stdout={"contians": "6"}), "“stdout” does not know “contians”; it knows contains,"),
        (run(stdout={"contains": ""}), "“contains” looks for an empty text, which is in every"),
        (run(stdout={"contains": []}), "“contains” is empty."),
        (run(stdout={"contains": {}}), "“contains” must be a text."),
        (run(stdout={"in_order": "a"}), "“in_order” must be a list."),
        (run(stdout={"count": {"of": "a"}}), "“count” must be an object such as {“of”: “text”,"),
        (run(stdout={"count": {"of": "a", "is": -1}}), "“count” must be from 0 to 100,000."),
        (run(stdout={"count": {"of": "a", "is": "many"}}), "must be a number or a placeholder."),
        (run(stdout={"matches": r"(a)\1"}), "uses lookaround, references or atomic groups"),
        (run(stdout={"matches": "(?=a*)b"}), "uses lookaround, references or atomic groups"),
        (run(stdout={"matches": "a{9999}"}), "is too large"),
        (run(stdout={"matches": "((a{100}){100})"}), "is too large"),
        (run(stdout={"matches": "(" * 120}), "cannot be read"),
        (run(stdout={"matches": "x" * 301}), "has more than 300 characters."),
        (run(stdout={"matches": "(?i:){4000000000}"}), "is found in every text."),
        (run(stdout={"matches": ".*"}), "The regular expression “.*” is found in every text."),
        (run(stdout={"not_matches": "[[a]"}), "Possible nested set"),
    ],
)
def test_a_step_with_a_fault_is_refused(step: Any, sentence: str) -> None:
    refused = refusal(promises(odd(run(exit=0), step)))
    assert refused.startswith("Promise “odd”, step 2: ")
    assert sentence in refused


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (get("items"), "“get” needs a path that begins with “/”, not “items”."),
        (get("http://other.example/"), "“get” names another host: “http://other.example/”."),
        (get("//other.example/"), "“get” names another host: “//other.example/”."),
        (get("/\\other.example/"), "“get” has a character that no path can have"),
        (get("/a\r\nHost: b"), "“get” must be on one line."),
        (get("/a\tb"), "“get” has a character that no path can have"),
        (get(3), "“get” must be a text."),
        (get("/" + "x" * 500), "“get” has 501 characters; at most 500 are allowed."),
        (get(status="6xx"), "“status” does not know “6xx”; it is such as 200 or “4xx”."),
        (get(status=99), "“status” must be from 100 to 599."),
        (get(kind="doc"), "“kind” does not know “doc”; it knows pdf,"),
        (get(json={"id": 1}), "A JSON pointer begins with “/”, and “id” does not."),
        (get(json={}), "“json” is empty."),
        (get(json={"/id": {"min": 1}}), "“json /id” does not know “min”; it knows contains,"),
        (get(header={"a b": "x"}), "“a b” cannot be the name of a header."),
        (get(header={}), "“header” is empty."),
        ({"post": "/", "form": {}, "json": {}}, "“post” has both “form” and “json”"),
        ({"post": "/", "form": {"a": None}}, "The field “a” must be a text or a number."),
        ({"post": "/", "form": []}, "“form” must be an object."),
        ({"request": {"path": "/"}}, "“request” needs a method, one of GET, POST,"),
        ({"request": {"method": ["GET"], "path": "/"}}, "“request” needs a method"),
        ({"request": {"method": "GET"}}, "“request” must be a text."),
        ({"request": {"method": "TRACE", "path": "/"}}, "“request” needs a method"),
        (
            {"request": {"method": "GET", "path": "/", "headers": {"Host": "a"}}},
            "A step cannot set the header “Host”: the client sets it.",
        ),
        (
            {"request": {"method": "GET", "path": "/", "headers": {"X-A": "a\nb"}}},
            "The header “X-A” must be on one line.",
        ),
        (
            {"request": {"method": "GET", "path": "/", "headers": {"Cookie": "a"}}},
            "The header “Cookie” must be such as “name=value; other=value”.",
        ),
        ({"submit": {"button": "Save"}}, "“submit” must be a text."),
        ({"submit": {"page": "/"}}, "“submit” needs “button” or “fields” to find the form by."),
        ({"submit": {"page": "/", "fields": {"A": {"path": "x"}}}}, "The field “A” does not know"),
        (
            {"submit": {"page": "/", "fields": {"A": {"name": "../a", "content": ""}}}},
            "The name of a file cannot be “../a”.",
        ),
        ({"submit": {"page": "/", "fields": {"A": None}}}, "The field “A” must be a text or a"),
        ({"post": "/", "form": {"a": True}}, "The field “a” must be a text or a number."),
        (get(status=[]), "“status” is empty."),
        (get(status=[200, "9xx"]), "“status” does not know “9xx”"),
        ({"follow": ""}, "“follow” is empty."),
        ({"type": {}}, "“type” is empty."),
        ({"type": {"A": 3}}, "What is typed must be a text."),
        ({"drag": {"from": "A"}}, "“to” of “drag” must be a text."),
        ({"see": "a\nb"}, "“see” must be on one line."),
        ({"open": "https://other.example/"}, "“open” names another host"),
        ({"together": [{"post": "/"}]}, "“together” needs 2 at least."),
        ({"together": [{"post": "/"}, {"wait": 1}]}, "“together” cannot have a step such as"),
        (
            {"together": [{"post": "/"}, {"together": []}]},
            "“together” cannot have a step such as number 2.",
        ),
        ({"together": [{"post": "/"}, {"post": "b"}]}, "number 2 of “together”: “post” needs a"),
        (
            {"together": [{"post": "/"}, {"post": "/"}], "expect": {"count": 11}},
            "“count” must be from 0 to 10.",
        ),
        (
            {"together": [{"post": "/"}, {"post": "/"}], "expect": {"exists": True}},
            "“expect” does not know “exists”; it knows count, exit,",
        ),
        (
            {"together": [{"post": "/"}, {"post": "/"}], "expect": {}},
            "“expect” is empty.",
        ),
        (
            {"request": {"method": "PUT", "path": "/", "json": 1, "body": ""}},
            "“request” has json and body; one is possible.",
        ),
    ],
)
def test_a_request_with_a_fault_is_refused(step: Any, sentence: str) -> None:
    refused = refusal(promises(odd(get(), step), kind="web"))
    assert refused.startswith("Promise “odd”, step 2: ")
    assert sentence in refused


def test_steps_carried_out_together_count_as_steps() -> None:
    step = {"together": [{"post": "/"}] * 8, "expect": {"count": 1}}
    assert "It has 16 steps; at most 14" in refusal(promises(odd(step, step), kind="web"))


def test_waits_are_bounded_in_all() -> None:
    steps = [{"wait": 9}] * 4 + [run(exit=0)]
    assert "step 4: the steps wait for more than 30 seconds in all." in refusal(
        promises(odd(*steps))
    )


def test_every_fault_is_found_and_the_valid_promises_are_kept() -> None:
    bad = {**odd({"run": "x"}), "id": "bad", "sentence": "Bad."}
    reading = survey(promises(odd({"run": ["a"]}), bad))
    assert reading.promises is not None
    assert [promise.id for promise in reading.promises.promises] == ["add", "kept", "gone"]
    assert reading.faults == (
        "Promise “odd”: It cannot be broken: no step expects anything.",
        "Promise “bad”, step 1: “run” must be a list.",
    )


def test_too_many_promises_are_refused_and_read_all_the_same() -> None:
    many = [{**ADD, "id": f"p{n}", "sentence": f"{n}.", "vars": {"item": f"int:1..{n + 5}"}}
            for n in range(50)]  # fmt: skip
    reading = survey(promises() | {"promises": many})
    assert reading.faults == ("There must be 3 to 7 promises, and there are 50.",)
    assert reading.promises is not None
    assert len(reading.promises.promises) == 50


def test_a_reviewed_sentence_may_have_no_steps() -> None:
    value = promises() | {"promises": [ADD, odd()]}
    assert read_promises(value, reviewed=True).promises[1].steps == ()
    with pytest.raises(PromisesRefused):
        read_promises(value)


def test_a_reviewed_list_may_be_empty_but_not_endless() -> None:
    assert read_promises(promises() | {"promises": []}, reviewed=True).promises == ()
    many = [{**odd(), "id": f"p{n}", "sentence": f"{n}."} for n in range(22)]
    with pytest.raises(PromisesRefused, match=r"There must be 0 to 21 promises"):
        read_promises(promises() | {"promises": many}, reviewed=True)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
NAMES = st.sampled_from(["run", "get", "post", "submit", "file", "wait", "together", "expect",
                         "save", "as", "files", "form", "json", "request"])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(NAMES, JSON, max_size=3), max_size=4), JSON)
def test_any_json_is_either_read_or_refused_in_one_sentence(steps: list[Any], other: Any) -> None:
    for value in (promises(odd(*steps), kind="web"), promises() | {"promises": other}, other):
        reading = survey(value)
        assert reading.promises is not None or reading.faults
        for fault in reading.faults:
            assert fault.endswith((".", "”"))
            assert "Traceback" not in fault
