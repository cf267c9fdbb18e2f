"""Who may use the dashboard: what the login needs, and whom it lets in.

Identity comes from the claims of an ID token (OpenID Connect Core 1.0, section 2), as Streamlit
keeps them in its signed cookie.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Any, Final, TypeGuard
from urllib.parse import urlsplit

from pydantic import SecretStr

from toggle_core.errors import LoginIncomplete, LoginPackageMissing, SettingRefused
from toggle_core.settings import LOGIN, Settings
from toggle_core.words import NAME_LIMIT

CALLBACK: Final = "/oauth2callback"
"""Where Streamlit waits for the provider's answer."""

LASTS_SECONDS: Final = 12 * 60 * 60
"""A login counts for a working day, so that who may no longer log in is out by tomorrow."""

SECRET_LENGTH: Final = 32
"""Characters of a cookie's secret: those of ``openssl rand -hex 16``, 128 bits."""

EVERYBODY: Final = "*"
SUBJECT: Final = "sub:"

ADDRESS: Final = re.compile(r"[^:*]+@[^@:*]+\Z")
PERSON: Final = re.compile(r"\*|sub:.+|[^@:*]*@?[^@:*]+")
"""What may stand in the list of those who are let in."""


@dataclass(frozen=True, slots=True)
class Login:
    """How people log in, checked.

    Attributes:
        client_id: what the provider calls this app.
        client_secret: by which the provider knows it.
        metadata_url: the provider's description of itself.
        redirect_uri: where the provider leads back to.
        cookie_secret: signs who is logged in.
        allowed: addresses and domains in lower case, subjects after ``sub:``, or ``*``.
    """

    client_id: str
    client_secret: SecretStr
    metadata_url: str
    redirect_uri: str
    cookie_secret: SecretStr
    allowed: frozenset[str]

    @property
    def origin(self) -> str:
        """Scheme, host and port of the dashboard in a browser."""
        return self.redirect_uri.removesuffix(CALLBACK)

    def person(self, claims: Mapping[str, Any], *, now: float) -> str | None:
        """Who the claims speak of, where they may come in.

        Args:
            claims: of the ID token, with Streamlit's ``is_logged_in``.
            now: seconds since 1970.

        Returns:
            What is recorded as ``submitted_by``; None for a person who is not let in.
        """
        if not is_current(claims, now=now):
            return None
        name = name_of(claims)
        return name if name is not None and self._allows(name, claims.get("sub")) else None

    def _allows(self, name: str, subject: object) -> bool:
        keys = {EVERYBODY, name, f"{SUBJECT}{subject}"}
        if not name.startswith(SUBJECT):
            keys.add(name.rpartition("@")[2])
        return not keys.isdisjoint(self.allowed)


def is_current(claims: Mapping[str, Any], *, now: float) -> bool:
    """Whether somebody is logged in, and since not too long.

    Args:
        claims: of the ID token, with Streamlit's ``is_logged_in``.
        now: seconds since 1970.
    """
    since = claims.get("iat")
    if claims.get("is_logged_in") is not True or not isinstance(since, int | float):
        return False
    return now - since < LASTS_SECONDS


def name_of(claims: Mapping[str, Any]) -> str | None:
    """What a person is called: the address that the provider has verified, else the subject.

    An address that is not said to be verified may be anybody's (OpenID Connect Core 1.0, section
    5.7).

    Args:
        claims: of the ID token.

    Returns:
        An address in lower case, or ``sub:`` with the subject; None where neither can be recorded.
    """
    email, subject = claims.get("email"), claims.get("sub")
    verified = claims.get("email_verified") in (True, "true")
    if verified and _is_name(email) and ADDRESS.match(email):
        return email.lower()
    name = f"{SUBJECT}{subject}"
    return name if _is_name(subject) and _is_name(name) else None


def login_of(settings: Settings) -> Login | None:
    """The login that the settings describe.

    Args:
        settings: of the process.

    Returns:
        None where none is wanted.

    Raises:
        LoginIncomplete: only some of what it takes is set.
        LoginPackageMissing: Authlib is not installed.
        SettingRefused: a value cannot be used.
    """
    wanted = {name: getattr(settings, name) for name in LOGIN}
    if not any(wanted[name] for name in wanted if name != "cookie_secret"):
        return None
    missing = [_variable(name) for name in wanted if not wanted[name]]
    if missing:
        raise LoginIncomplete(missing=", ".join(missing))
    if find_spec("authlib") is None:
        raise LoginPackageMissing
    login = Login(
        client_id=wanted["oidc_client_id"],
        client_secret=wanted["oidc_client_secret"],
        metadata_url=_checked_address("oidc_metadata_url", wanted["oidc_metadata_url"]),
        redirect_uri=_checked_address("oidc_redirect_uri", wanted["oidc_redirect_uri"]),
        cookie_secret=wanted["cookie_secret"],
        allowed=_checked_people(wanted["oidc_allowed"]),
    )
    if urlsplit(login.redirect_uri).path != CALLBACK:
        raise _refused("oidc_redirect_uri", f"it must end with {CALLBACK} right after the host")
    if len(login.cookie_secret.get_secret_value()) < SECRET_LENGTH:
        raise _refused("cookie_secret", f"it must have {SECRET_LENGTH} characters or more")
    return login


def _checked_address(name: str, address: str) -> str:
    """Only over TLS: who can change the answer is whoever they like (Discovery 1.0, 7.1)."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.query or parts.fragment or parts.username:
        raise _refused(name, "it is no address such as https://example.com/path")
    if parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host)):
        return address
    raise _refused(name, "it must begin with https://, except on localhost")


def _checked_people(text: str) -> frozenset[str]:
    people = re.split(r"[\s,;]+", text.strip(" \t\n,;"))
    for entry in people:
        if not PERSON.fullmatch(entry):
            raise _refused("oidc_allowed", f"{entry} is no address, domain, sub:… or *")
    return frozenset(
        entry if entry.startswith(SUBJECT) else entry.removeprefix("@").lower() for entry in people
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_name(text: object) -> TypeGuard[str]:
    return isinstance(text, str) and text.isprintable() and 0 < len(text.strip()) <= NAME_LIMIT


def _variable(name: str) -> str:
    return str(Settings.model_fields[name].validation_alias)


def _refused(name: str, reason: str) -> SettingRefused:
    return SettingRefused(name=_variable(name), reason=reason)
