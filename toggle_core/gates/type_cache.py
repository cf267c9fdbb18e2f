"""What mypy has worked out of the standard library, kept so that no check works it out again.

It is nine tenths of a type check. The cache is made outside the sandbox, from the library's stubs
alone, and every check gets a copy: nothing that a project brings is ever kept.
"""

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from toggle_core.file_lock import exclusive
from toggle_core.gates.shared_folders import shared_folders

_log = logging.getLogger(__name__)

_FOLDER = "gate-cache"
_MOST_SECONDS = 120.0
_SOURCE = """\
import argparse, array, ast, asyncio, base64, bisect, calendar, cmd, collections.abc
import concurrent.futures, configparser, contextlib, copy, csv, dataclasses, datetime
import decimal, difflib, email.message, enum, fractions, functools, getpass, glob, graphlib
import gzip, hashlib, heapq, hmac, html.parser, http.client, http.cookies, http.server
import importlib.metadata, inspect, io, itertools, json, locale, logging.handlers, math
import mimetypes, numbers, operator, os, pathlib, platform, pprint, queue, random, re
import secrets, select, shlex, shutil, signal, smtplib, socket, socketserver, sqlite3, ssl
import statistics, string, struct, subprocess, sys, tempfile, textwrap, threading, time
import tkinter.ttk, tomllib, traceback, types, typing, unicodedata, unittest.mock
import urllib.error, urllib.parse, urllib.request, uuid, warnings, weakref, webbrowser
import wsgiref.simple_server, xml.etree.ElementTree, zipfile, zoneinfo
"""


def type_cache(data_folder: Path | None, options: tuple[str, ...]) -> Path | None:
    """Return the folder of the cache, made if it is not there yet, which takes some 3 s.

    Args:
        data_folder: the application's data folder; None: a folder among this user's temporary
            files is used.
        options: of mypy, which decide what is in the cache.

    Returns:
        The folder, readable by every user who can reach it; None if it could not be made, with the
        reason in the log.
    """
    parts = (version("mypy"), sys.version, *options, _SOURCE)
    name = f"mypy-{sha256(repr(parts).encode()).hexdigest()[:16]}"
    for folder in shared_folders(data_folder, _FOLDER):
        try:
            return _find_or_make(folder.path / name, options)
        except (OSError, subprocess.SubprocessError) as error:
            _log.warning("type checks take longer: no cache in %s (%s)", folder.path, error)
    return None


def _find_or_make(place: Path, options: Sequence[str]) -> Path:
    if place.is_dir():
        return place
    lock = exclusive(place.with_suffix(".lock"), timeout_s=_MOST_SECONDS)
    try:
        if not place.is_dir():
            _make(place, options)
    finally:
        if lock:
            lock.release()
    return place


def _make(place: Path, options: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory(dir=place.parent) as name:
        folder = Path(name)
        seed, made = folder / "seed.py", folder / "cache"
        seed.write_text(_SOURCE, encoding="utf-8")
        command = [sys.executable, "-I", "-m", "mypy", "--config-file", os.devnull]
        subprocess.run(
            [*command, *options, "--cache-dir", str(made), "--", str(seed)],
            check=True,
            capture_output=True,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            timeout=_MOST_SECONDS,
        )
        _let_everyone_read(made)
        shutil.move(made, place)


def _let_everyone_read(folder: Path) -> None:
    """A job runs as a user of its own."""
    for parent, _, files in os.walk(folder):
        Path(parent).chmod(0o755)
        for file in files:
            Path(parent, file).chmod(0o644)
