"""Planned mistakes: where they are made, how evenly they are drawn, and that they are mistakes."""

import textwrap

import pytest

from toggle_core.gates.harness.proof.mutations import draw, find_functions, seed_of


def changed_lines(source: str, most: int = 100) -> set[str]:
    """Return the changed line of each mutation of a program of one file."""
    functions = find_functions({"main.py": textwrap.dedent(source)})
    return {change.after for change in draw(functions, most)}


def function(body: str, returns: str = "") -> str:
    """Return a function with a body."""
    arrow = f" -> {returns}" if returns else ""
    return f"def f(a, b, items){arrow}:\n" + textwrap.indent(textwrap.dedent(body), "    ")


@pytest.mark.parametrize(
    ("body", "returns", "expected"),
    [
        ("x = a < b", "", {"x = a >= b", "x = a <= b"}),
        ("x = a == b", "", {"x = a != b"}),
        ("x = a is None", "", {"x = a is not None"}),
        ("if a: b()", "", {"if not a: b()", "if True: b()", "if False: b()", "(deleted)"}),
        ("x = a and b", "", {"x = a or b", "x = a", "x = b"}),
        ("x = a + b", "", {"x = a - b"}),
        ("x = a % b", "", {"x = a * b"}),
        ("items.append(a)", "", {"(deleted)"}),
        ("items[a] = b", "", {"(deleted)"}),
        ("x = [i for i in items if i]", "", {"x = [i for i in items]"}),
        ("x = items[1]", "", {"x = items[2]", "x = items[0]"}),
        ("return a", "bool", {"return not a"}),
        ("return a", "int", {"return a + 1"}),
        ("return a", "str", {"return ''"}),
        ("return a", "list[int]", {"return list()"}),
        ("x = f'{a + b}'", "", {"x = f'{a - b}'"}),
        ("while a: b()", "", {"while not a: b()", "while False: b()", "(deleted)"}),
        ("if not a: raise ValueError", "", {"(deleted)", "if a: raise ValueError"}),
    ],
)
def test_operators_make_the_planned_mistakes(body: str, returns: str, expected: set[str]) -> None:
    assert changed_lines(function(body, returns)) >= expected


@pytest.mark.parametrize(
    "body",
    [
        "print(a + b)",
        "parser.add_argument('--n', default=1, type=int)",
        "logger.info('%d', a + 1)",
        "sys.stdout.write(a + b)",
        "x = 'text'",
        "x = f'text {a}'",
        "return None",
        "x = 10_000",
        "x = 'a' + b",
        "'''A remark of 3 words.'''",
        "import os",
        "x: Literal[1] = a",
        "print(json.dumps(items, indent=2))",
        "x = json.dumps(items, indent=2)",
        "with urlopen(a, timeout=3): pass",
    ],
)
def test_matters_of_wording_are_left_alone(body: str) -> None:
    assert changed_lines(function(body)) == set()


def test_what_is_raised_is_left_alone_but_the_raise_can_go() -> None:
    assert changed_lines(function("raise ValueError(a + 1)")) == {"(deleted)"}


def test_body_of_except_can_go() -> None:
    source = function("try:\n    b = a\nexcept KeyError:\n    b = items")
    assert changed_lines(source) == {"(deleted)"}


def test_defaults_decorators_and_annotations_are_left_alone() -> None:
    assert (
        changed_lines("@cached(1)\ndef f(a: Literal[2] = 3) -> Literal[1]:\n    return a\n")
        == set()
    )


def test_drawing_is_even_over_functions() -> None:
    long = "def long(a):\n" + "".join(f"    x{n} = a + {n}\n" for n in range(10, 60))
    short = "".join(f"def short{n}(a):\n    return a < {n}\n" for n in range(5))
    drawn = draw(find_functions({"main.py": long + short}), 12)
    counts = {
        name: sum(one.function == name for one in drawn) for name in {d.function for d in drawn}
    }
    assert counts == {"long": 2, **{f"short{n}": 2 for n in range(5)}}


def test_drawing_in_a_function_does_not_change_when_others_do() -> None:
    one = "def one(a, b):\n" + "".join(f"    x{n} = a[{n}] < b\n" for n in range(10, 40))
    with_other = one + "\n\ndef other(a):\n    return a > 10\n"
    alone = draw(find_functions({"main.py": one}), 10)
    both = [c for c in draw(find_functions({"main.py": with_other}), 20) if c.function == "one"]
    assert [c.after for c in alone] == [c.after for c in both][:10]
    assert seed_of(find_functions({"a.py": one})) != seed_of(find_functions({"a.py": with_other}))


def test_each_mutation_is_a_program_that_differs() -> None:
    source = function("x = '図' if a < b else f'{a!r:>{b + 1}}'\nreturn x and not (a or b)", "bool")
    drawn = draw(find_functions({"main.py": source}), 100)
    assert len({change.text for change in drawn}) == len(drawn) > 5
    for change in drawn:
        compile(change.text, "main.py", "exec")
        assert change.text != source
        assert source.splitlines()[change.line - 1] != change.text.splitlines()[change.line - 1]


def test_module_level_is_drawn_from_only_without_functions_to_break() -> None:
    module = (
        "import sys\nif __name__ == '__main__':\n    if len(sys.argv) > 2:\n        sys.exit()\n"
    )
    assert {c.function for c in draw(find_functions({"main.py": module}), 9)} == {"<module>"}
    both = f"{module}\n\ndef f(a):\n    return a > 10\n"
    assert {c.function for c in draw(find_functions({"main.py": both}), 9)} == {"f"}


def test_a_greeting_leaves_nothing_to_break() -> None:
    assert find_functions({"main.py": "NAME = 'World'\nprint(f'Hello, {NAME}!')\n"}) == []


@pytest.mark.parametrize("text", ["def f(:\n", "x = 1\rdef f(a):\n    return a > 1\n", "\0"])
def test_unreadable_files_are_passed_over(text: str) -> None:
    assert find_functions({"main.py": text}) == []


def test_byte_order_mark_and_windows_line_ends_keep_positions() -> None:
    source = "\ufeffdef f(a):\r\n    # 図\r\n    return a > 10\r\n"
    changes = draw(find_functions({"main.py": source}), 9)
    assert {c.text for c in changes} >= {
        source[1:].replace(">", "<=").replace("a <= 10", "(a <= 10)")
    }


def test_lambdas_of_a_module_are_broken_like_functions() -> None:
    source = """\
    WAYS = {"+": lambda a, b: a + b, "<": lambda a, b: a < b}
    LIMIT = 3 - 1


    class Shape:
        area = lambda self: self.a * self.b


    def f(items):
        return sorted(items, key=lambda one: -one.a)
    """
    names = [one.name for one in find_functions({"main.py": textwrap.dedent(source)})]
    assert sorted(names) == ["<lambda>", "<lambda>", "Shape.<lambda>", "f"]
    assert changed_lines(source) == {
        'WAYS = {"+": lambda a, b: a - b, "<": lambda a, b: a < b}',
        'WAYS = {"+": lambda a, b: a + b, "<": lambda a, b: a >= b}',
        'WAYS = {"+": lambda a, b: a + b, "<": lambda a, b: a <= b}',
        "area = lambda self: self.a // self.b",
        "return sorted(items, key=lambda one: one.a)",
    }


@pytest.mark.parametrize("start", ["main()", "sys.exit(main())", "raise SystemExit(main())"])
def test_what_starts_and_serves_a_program_is_left_alone(start: str) -> None:
    source = f"""\
    import sys


    def main():
        server = make(8000)
        print("Open it")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
        finally:
            server.server_close()


    if __name__ == "__main__":
        {start}
    """
    assert changed_lines(source) == set()
