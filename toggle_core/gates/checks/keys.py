"""What a program needs from outside that the checks do not have: keys of services, the internet."""

import re
from collections.abc import Iterable

from toggle_core.gates.checks.started import Needs, Started, Variable
from toggle_core.gates.harness.environment import COMPUTED

_SECRETS = ("KEY", "APIKEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASS", "PWD", "CREDENTIALS")
_ACCOUNTS = ("ACCOUNT", "SID", "LOGIN")
# Secrets that an application makes up for itself: any value does, so nothing is missing.
_ITS_OWN = re.compile(
    r"(?:^|_)(?:SECRET_KEY|SESSION|COOKIE|CSRF|JWT|SIGNING|SALT|HMAC|FLASK|DJANGO|ADMIN)(?:_|$)"
)
_STAND_IN = re.compile(
    r"your|change.?me|replace|insert|paste|xxx|^<.+>$|placeholder|dummy|example|to.?do|[_-]here$",
    re.IGNORECASE,
)
_CLIENTS = frozenset(
    (
        *("urllib.request", "http.client", "smtplib", "imaplib", "poplib", "ftplib"),
        *("xmlrpc.client", "urllib3", "requests", "httpx", "aiohttp", "websocket", "websockets"),
        *("openai", "anthropic", "stripe", "twilio", "boto3", "sendgrid", "telegram", "slack_sdk"),
    )
)
_SAYS_KEY = re.compile(
    r"\b(?:no|missing|set|add|provide|needs?|requires?|without|invalid)\b[^.\n]{0,40}"
    r"\bapi[ _-]?key\b"
    r"|\bapi[ _-]?key\b[^.\n]{0,40}\b(?:missing|not set|not found|not configured|required|needed|"
    r"invalid|empty)\b",
    re.IGNORECASE,
)
_SAYS_OFFLINE = re.compile(
    r"Name or service not known|Temporary failure in name resolution|Network is unreachable"
    r"|\bno (?:internet|network) connection\b|\b(?:are|is|be) offline\b"
    r"|\b(?:cannot|can't|could not|couldn't|unable to|failed to|fails to)\b[^.\n]{0,30}"
    r"\b(?:reach(?:ed)?|connect|fetch(?:ed)?|download(?:ed)?|resolve[d]?)\b",
    re.IGNORECASE,
)


def missing_keys(started: Started) -> list[str]:
    """Return the variables with keys, tokens or passwords that the program lacks.

    A variable counts if no usable default stands beside it, and either the program names it, or
    the program can call other servers. An application's own secret counts only where it is named.
    """
    wanted = [each for each in started.needs.variables if _is_wanted(each)]
    named = {name for visited in started.visited for name in visited.names}
    said = [each for each in wanted if each.name in named or _names(started.output, each.name)]
    if not said and wanted and any(map(_SAYS_KEY.search, started.texts)):
        said = wanted
    silent = wanted if calls_others(started.needs) else []
    lacking = [*said, *(each for each in silent if each.direct and not _is_its_own(each))]
    return sorted({each.name for each in lacking})


def says_unnamed_key(started: Started) -> bool:
    """Tell whether a program that calls other servers says that it has no key, naming none."""
    return calls_others(started.needs) and any(map(_SAYS_KEY.search, started.texts))


def says_offline(started: Started) -> bool:
    """Tell whether a program that calls other servers says that it cannot reach them."""
    return calls_others(started.needs) and any(map(_SAYS_OFFLINE.search, started.texts))


def calls_others(needs: Needs) -> bool:
    """Tell whether the code can call other servers."""
    return any(name in _CLIENTS or name.partition(".")[0] in _CLIENTS for name in needs.imports)


def join(names: Iterable[str]) -> str:
    """Return names as they are read out: ``A``, ``A and B``, ``A, B and C``."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _is_wanted(variable: Variable) -> bool:
    if not is_key(variable.name):
        return False
    if variable.default in (None, "", COMPUTED):
        return not variable.default
    return bool(_STAND_IN.search(variable.default)) and not _is_its_own(variable)


def is_key(name: str) -> bool:
    """Tell whether a variable holds a key, by its name: ``X_API_KEY``, not ``KEY_LENGTH``."""
    parts = name.upper().split("_")
    if parts[-1] == "ID":
        return any(part in (*_SECRETS, *_ACCOUNTS) for part in parts[:-1])
    return parts[-1] in (*_SECRETS, *_ACCOUNTS) or parts[-1].endswith(("APIKEY", "TOKEN", "SECRET"))


def _is_its_own(variable: Variable) -> bool:
    return bool(_ITS_OWN.search(variable.name.upper()))


def _names(text: str, name: str) -> bool:
    return bool(re.search(rf"\b{re.escape(name)}\b", text))
