"""Promises that the projects of the tests keep."""

from typing import Any

GREET = {
    "try.py": "import sys\n\nfrom main import greeting\n\nprint(*map(greeting, sys.argv[1:]))\n"
}

GREETS: dict[str, Any] = {
    "version": 1,
    "interface": {"kind": "cli", "commands": [[]]},
    "promises": [
        {
            "id": "says-hello",
            "sentence": "It says hello to the world.",
            "steps": [{"run": [], "expect": {"exit": 0, "stdout": {"contains": "Hello, world!"}}}],
        },
        {
            "id": "name",
            "sentence": "It greets somebody by name.",
            "vars": {"who": "word"},
            "steps": [
                {
                    "run": ["@try.py", "${who}"],
                    "files": GREET,
                    "expect": {"stdout": {"contains": "Hello, ${who}!"}},
                }
            ],
        },
        {
            "id": "two",
            "sentence": "It greets two people, one after the other.",
            "vars": {"a": "word", "b": "word"},
            "steps": [
                {
                    "run": ["@try.py", "${a}", "${b}"],
                    "files": GREET,
                    "expect": {"stdout": {"in_order": ["Hello, ${a}!", "Hello, ${b}!"]}},
                }
            ],
        },
    ],
}
"""For a project that says hello to the world and has a function for other names."""

SAYS_HELLO: dict[str, Any] = {
    "version": 1,
    "interface": {"kind": "cli", "commands": [[], ["WORD"]]},
    "promises": [
        {
            "id": "hello",
            "sentence": "It says hello and nothing else.",
            "steps": [{"run": [], "expect": {"exit": 0, "stdout": {"equals": "hello"}}}],
        },
        {
            "id": "again",
            "sentence": "It says hello each time.",
            "steps": [{"run": []}, {"run": [], "expect": {"stdout": {"contains": "hello"}}}],
        },
        {
            "id": "word",
            "sentence": "It does not care what it is given.",
            "vars": {"word": "word"},
            "steps": [
                {
                    "run": ["${word}"],
                    "expect": {"stdout": {"contains": "hello", "not_contains": "${word}"}},
                }
            ],
        },
    ],
}
"""For a program that says hello."""

SHOP: dict[str, Any] = {
    "version": 1,
    "interface": {"kind": "web", "routes": ["GET /", "GET /about"]},
    "promises": [
        {
            "id": "shop",
            "sentence": "The first page says that it is a shop.",
            "steps": [{"get": "/", "expect": {"status": 200, "text": {"contains": "Shop"}}}],
        },
        {
            "id": "about",
            "sentence": "A link leads to what there is to know about us.",
            "steps": [
                {"get": "/"},
                {"follow": "about", "expect": {"text": {"contains": "About us"}}},
            ],
        },
        {
            "id": "missing",
            "sentence": "A page that does not exist is not found.",
            "vars": {"name": "word"},
            "steps": [{"get": "/${name}", "expect": {"status": 404}}],
        },
    ],
}
"""For a shop of two pages."""
