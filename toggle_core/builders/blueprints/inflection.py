"""Making one thing of many in English, and many of one."""

_HISSING = ("s", "x", "z", "ch", "sh")


def singular(noun: str) -> str:
    """Name one of the things a plural names; a singular stays as it is."""
    lower = noun.lower()
    if lower.endswith("ies") and len(noun) > len("pies"):
        return noun[:-3] + "y"
    if lower.endswith(("sses", "xes", "zes", "ches", "shes")):
        return noun[:-2]
    if lower.endswith("s") and not lower.endswith(("ss", "us", "is")):
        return noun[:-1]
    return noun


def plural(noun: str) -> str:
    """Name many of a thing."""
    if noun.endswith("y") and noun[-2:-1] not in {"a", "e", "i", "o", "u"}:
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(_HISSING) else "s")
