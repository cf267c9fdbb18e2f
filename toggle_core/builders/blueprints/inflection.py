"""English plurals of the nouns that blueprints know."""

_HISSING = ("s", "x", "z", "ch", "sh")
_UNCHANGED = frozenset({"news"})


def plural(noun: str) -> str:
    """Return the plural of a noun in lower case, by the regular rules."""
    if noun in _UNCHANGED:
        return noun
    if noun.endswith("y") and noun[-2:-1] not in {"a", "e", "i", "o", "u"}:
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(_HISSING) else "s")
