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
            return ModelProxyUnusable(title=title, variable=variable, reason=reason)
    if entry := _unusable_exception():
        reason = f'"{entry}" in it is not the name or the address of a host'
        return ModelProxyUnusable(title=title, variable=_spelling("no_proxy"), reason=reason)
    return _unusable_certificates(title, is_https=is_https)


def proxy_for(address: str) -> str:
    """Name of the variable whose proxy requests to an address go through; empty without one.

    Args:
        address: of the server, with its scheme.
    """
    scheme, host = urlsplit(address).scheme, urlsplit(address).hostname or ""
    exceptions = _value("no_proxy").lower().replace(" ", "").split(",")
    if any(name == "*" or (name and f".{host}".endswith(f".{name.lstrip('.')}")) for name in exceptions):
        return ""
    names = [variable for variable, _ in _proxies()]
    fitting = (name for part in (scheme, "all") for name in names if name.lower() == f"{part}_proxy")
    return next(fitting, "")


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
    if not parts.hostname or not HOST.fullmatch(parts.netloc.rpartition("@")[2].rstrip(":0123456789")):
        return "it has no valid host"
    return "its port is not valid" if port == 0 else ""


def _unusable_exception() -> str:
    """An entry of NO_PROXY that the libraries stumble over; empty without one."""
    for entry in filter(None, map(str.strip, _value("no_proxy").split(","))):
        bare = entry.partition("://")[2] or entry
        try:
            httpx.URL(f"all://*{bare}" if ":" not in bare else f"all://[{bare.strip('[]')}]")
        except httpx.InvalidURL:
            try:
                httpx.URL(f"all://{bare}")
            except httpx.InvalidURL:
                return entry[:60]
    return ""


def _unusable_certificates(title: str, *, is_https: bool) -> ModelFailed | None:
    if file := os.environ.get("SSL_CERT_FILE"):
        if reason := _unusable_file(Path(file)):
            return ModelCertificatesUnusable(
                title=title, variable="SSL_CERT_FILE", path=file, reason=reason
            )
    elif is_https and (folders := os.environ.get("SSL_CERT_DIR")):
        if reason := _unusable_folders(folders):
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
