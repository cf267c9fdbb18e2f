"""Environment variables that the HTTP libraries read by themselves: proxies and certificates.

With a wrong one no library sends anything, and most do not say which variable it was. They are
looked at here only to name the one that is in the way; no setting of the app is among them.
"""

import importlib.util
import os
import re
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx

from toggle_core.errors import ModelCertificatesUnusable, ModelFailed, ModelProxyUnusable

PROXIES: Final = ("http", "https", "all")
SOCKS: Final = frozenset({"socks5", "socks5h"})

ADVICE: Final = "Set it to the address of an HTTP proxy, such as http://proxy.example.com:3128"

HOST: Final = re.compile(r"[\w.\-]+|\[[0-9a-fA-F:.%]+\]")

HASHED: Final = re.compile(r"[0-9a-f]{8}\.\d+")
"""How OpenSSL names the certificates of a folder (``c_rehash``)."""


def check_surroundings(title: str, *, is_https: bool) -> ModelFailed | None:
    """What is in the way of any request, as the libraries would find it.

    Args:
        title: name of the provider, for the sentence.
        is_https: whether the provider's address begins with ``https:``.

    Returns:
        The failure, which names the variable; None where nothing is in the way.
    """
    for variable, value in _proxies():
        if reason := _unusable_proxy(value):
            return ModelProxyUnusable(title=title, variable=variable, reason=reason, advice=ADVICE)
    if not _exceptions_usable():
        return ModelProxyUnusable(
            title=title,
            variable=_spelling("no_proxy"),
            reason="one of its entries is not the name or the address of a host",
            advice="Write names with commas between them",
        )
    return _unusable_certificates(title, is_https=is_https)


def proxy_for(address: str) -> str:
    """Name of the variable whose proxy requests to an address go through; empty without one.

    Args:
        address: of the server, with its scheme.
    """
    scheme, host = urlsplit(address).scheme, urlsplit(address).hostname or ""
    exceptions = _value("no_proxy").lower().replace(" ", "").split(",")
    if any(each and f".{host}".endswith(f".{each.lstrip('.')}") for each in exceptions):
        return ""
    variables = {variable.lower(): variable for variable, _ in _proxies()}
    return variables.get(f"{scheme}_proxy") or variables.get("all_proxy", "")


def _spelling(name: str) -> str:
    """How a variable is written that counts in any case; lower case goes first."""
    written = (each for each in os.environ if each.lower() == name)
    return name if name in os.environ else next(written, name)


def _value(name: str) -> str:
    return os.environ.get(_spelling(name), "").strip()


def _proxies() -> Iterator[tuple[str, str]]:
    """Each variable that names a proxy, with its value. ``NO_PROXY=*`` puts all of them aside."""
    if "*" in [entry.strip() for entry in _value("no_proxy").split(",")]:
        return
    for scheme in PROXIES:
        if value := _value(f"{scheme}_proxy"):
            yield _spelling(f"{scheme}_proxy"), value


def _unusable_proxy(value: str) -> str:
    """Why no proxy can be used at this address; empty when one can. The address may hold a
    password, so it is not repeated."""
    value = value if "://" in value else f"http://{value}"
    scheme = value.partition("://")[0].lower()
    if scheme in SOCKS and importlib.util.find_spec("socksio") is None:
        return f"a proxy of the kind {scheme}:// is not supported"
    if scheme not in {"http", "https", *SOCKS}:
        return f"{scheme[:20]}:// is not the beginning of a proxy's address"
    try:
        parts = urlsplit(value)
        port = parts.port
        httpx.Proxy(value)
    except (ValueError, httpx.InvalidURL):
        return "it is not an address"
    host = parts.netloc.rpartition("@")[2].removesuffix(f":{port}").rstrip(":")
    if port == 0 or parts.path.strip("/"):
        return "it is not an address"
    return "" if HOST.fullmatch(host) else "it has no valid host"


def _exceptions_usable() -> bool:
    """Whether the libraries can read NO_PROXY, which they do when a client is made."""
    if not _value("no_proxy"):
        return True
    try:
        # Nothing is sent by this client, and without certificates it is made at once.
        httpx.Client(verify=False).close()  # noqa: S501
    except (ValueError, httpx.InvalidURL):
        return False
    return True


def _unusable_certificates(title: str, *, is_https: bool) -> ModelFailed | None:
    if file := os.environ.get("SSL_CERT_FILE"):
        if reason := _unusable_file(Path(file)):
            return ModelCertificatesUnusable(
                title=title, variable="SSL_CERT_FILE", path=file, reason=reason
            )
        return None
    folders = os.environ.get("SSL_CERT_DIR", "") if is_https else ""
    if folders and (reason := _unusable_folders(folders)):
        return ModelCertificatesUnusable(
            title=title, variable="SSL_CERT_DIR", path=folders, reason=reason
        )
    return None


def _unusable_file(file: Path) -> str:
    try:
        if file.is_dir():
            return "which is a folder"
        ssl.create_default_context(cafile=file)
    except FileNotFoundError:
        return "which does not exist"
    except ssl.SSLError:
        return "which holds no certificates"
    except (OSError, ValueError):
        return "which cannot be read"
    return ""


def _unusable_folders(folders: str) -> str:
    """OpenSSL looks for certificates in each folder, under the hash of whom they are for."""
    found = [Path(folder) for folder in folders.split(os.pathsep) if folder]
    try:
        if any(HASHED.fullmatch(each.name) for folder in found for each in folder.iterdir()):
            return ""
    except FileNotFoundError:
        return "which does not exist"
    except OSError:
        return "which cannot be read as a folder"
    return "which holds no certificates that OpenSSL would find"
