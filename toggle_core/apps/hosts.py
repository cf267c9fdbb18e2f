"""The host of each app: a name of its own, so that a browser shares nothing between two of them.

Cookies do not distinguish ports (RFC 6265, section 8.5): an app at ``localhost:3031`` would get the
dashboard's. ``*.localhost`` always leads to this machine (RFC 6761, section 6.3), and each name
below it is a site of its own to a browser.
"""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from toggle_core.errors import SettingRefused

PREFIX: Final = "app-"
LABEL_LENGTH: Final = 24
FORM: Final = re.compile(rf"{PREFIX}([0-9a-f]{{{LABEL_LENGTH}}})\.")
URL_FORM: Final = re.compile(r"(https?)://\*\.([a-z0-9-]+(?:\.[a-z0-9-]+)*)(:[0-9]{1,5})?/?")


@dataclass(frozen=True, slots=True)
class Hosts:
    """Names of apps.

    Attributes:
        scheme: ``http`` or ``https``.
        suffix: what follows the label, with the port where it is not the scheme's own.
    """

    scheme: str
    suffix: str

    def origin(self, label: str) -> str:
        """Scheme, host and port of an app."""
        return f"{self.scheme}://{self.authority(label)}"

    def authority(self, label: str) -> str:
        """Host and port of an app, as in the header ``Host``."""
        return f"{PREFIX}{label}.{self.suffix}"

    def label(self, authority: str) -> str | None:
        """The label in a header ``Host``; None where it is not the name of an app."""
        found = FORM.match(authority)
        return found[1] if found and authority[found.end() :] == self.suffix else None

    @property
    def pattern(self) -> str:
        """Origins of all apps, as a content security policy writes them."""
        return f"{self.scheme}://*.{self.suffix}"

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach apps over TLS."""
        return self.scheme == "https"

    @property
    def is_local(self) -> bool:
        """Whether only browsers on this machine find the names."""
        name = urlsplit(f"//{self.suffix}").hostname or ""
        return name == "localhost" or name.endswith(".localhost")


def hosts_of(url: str, port: int) -> Hosts:
    """The names of apps.

    Args:
        url: such as ``https://*.apps.example``; empty: below ``localhost``.
        port: that apps are served on.

    Raises:
        SettingRefused: the address has another form.
    """
    if not url:
        return Hosts("http", f"localhost:{port}")
    found = URL_FORM.fullmatch(url.lower())
    if found is None:
        reason = "it must be an address such as https://*.apps.example"
        raise SettingRefused(name="TOGGLE_APPS_URL", reason=reason)
    return Hosts(found[1], f"{found[2]}{found[3] or ''}")


def label_of(run_id: UUID, key: bytes) -> str:
    """The label of a run's app: always the same, and not to be guessed.

    Args:
        run_id: of the run.
        key: of this installation.
    """
    return hmac.new(key, b"label" + run_id.bytes, sha256).hexdigest()[:LABEL_LENGTH]
