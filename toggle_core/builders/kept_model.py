"""A chat model that was connected on the Settings page, kept in a file only its owner can read."""

import json
import logging
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import SecretStr

FILE: Final = "model.json"
LARGEST: Final = 10_000
"""Bytes of the file at most."""
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptModel:
    """A chat model, as it was connected.

    Attributes:
        model: ``provider:model``.
        api_key: the provider's key; None for a server that needs none.
        base_url: address of the server; None for the provider's own.
    """

    model: str
    api_key: SecretStr | None = None
    base_url: str | None = None


def read_model(folder: Path) -> KeptModel | None:
    """Read the model that is kept.

    Args:
        folder: of the process's data.

    Returns:
        None where there is none, or where others could have read or written the file.
    """
    try:
        descriptor = os.open(folder / FILE, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        if not _is_private(os.fstat(file.fileno())):
            logger.warning("%s is not used: others can read it. Connect the model again.", FILE)
            return None
        text = file.read(LARGEST)
    try:
        found = json.loads(text)
        key = found.get("api_key")
        return KeptModel(
            str(found["model"]), SecretStr(str(key)) if key else None, found.get("base_url") or None
        )
    except (ValueError, KeyError, AttributeError):
        logger.warning("%s is not used: it cannot be read. Connect the model again.", FILE)
        return None


def keep_model(folder: Path, kept: KeptModel) -> None:
    """Keep a model, in the place of the one before.

    Args:
        folder: of the process's data.
        kept: the model and its key.

    Raises:
        OSError: the file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{FILE}.{os.getpid()}"
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(
            {
                "model": kept.model,
                "api_key": kept.api_key.get_secret_value() if kept.api_key else None,
                "base_url": kept.base_url,
            },
            file,
        )
    beside.replace(folder / FILE)


def forget_model(folder: Path) -> None:
    """Delete the file, if there is one.

    Args:
        folder: of the process's data.
    """
    with suppress(FileNotFoundError):
        (folder / FILE).unlink()


def _is_private(found: os.stat_result) -> bool:
    if os.name == "nt":  # Its permissions are no mode; the user's folder is private there.
        return True
    return (
        stat.S_ISREG(found.st_mode) and not found.st_mode & _OTHERS and found.st_uid == os.geteuid()
    )
