"""Confine this process and all it starts by Landlock and seccomp, where namespaces are refused.

Raw system calls through ctypes: the packages on PyPI are young, do not know scopes (version 6), and
would have to be readable inside. Constants: ``linux/landlock.h``, ``linux/prctl.h``.
"""

import ctypes
import os
import stat
from collections.abc import Sequence
from functools import cache
from typing import Any

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE, _IOCTL_DEVICE = 1 << 14, 1 << 15
_ALL_FILE_ACCESS = (1 << 16) - 1
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEVICE
_MAKE_DEVICES = (1 << 6) | (1 << 11)
_READ_ONLY = _EXECUTE | _READ_FILE | _READ_DIR
_READ_AND_WRITE = _ALL_FILE_ACCESS & ~(_MAKE_DEVICES | _IOCTL_DEVICE)
_ALL_NETWORK_ACCESS = 0b11  # binding and connecting TCP
_ALL_SCOPES = 0b11  # abstract Unix sockets, signals

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_PR_SET_NO_NEW_PRIVS, _PR_CAPBSET_DROP = 38, 24
_LAST_CAPABILITY = 63
_FILTER_BYTES = 8


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def landlock_version() -> int:
    """Return the version of Landlock the kernel has, 0 without it."""
    return max(int(_libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)), 0)


def become(user: int) -> None:
    """Give up root for good: every identity, every group, every capability.

    Raises:
        OSError: something could not be given up.
    """
    for capability in range(_LAST_CAPABILITY + 1):
        _libc().prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)  # EINVAL past the last one there is
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def restrict_files(
    listable: Sequence[str], readable: Sequence[str], writable: Sequence[str]
) -> None:
    """Allow these files and folders and no others, no TCP, no signal to processes outside.

    Args:
        listable: folders whose names, and those of all below, may be listed.
        readable: may be read and executed.
        writable: may be changed too.

    Raises:
        OSError: a path is missing, or the kernel refuses.
    """
    rules = _Ruleset(_ALL_FILE_ACCESS, _ALL_NETWORK_ACCESS, _ALL_SCOPES)
    ruleset = _call(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(ctypes.sizeof(rules)), 0)
    allowed = ((listable, _READ_DIR), (readable, _READ_ONLY), (writable, _READ_AND_WRITE))
    for paths, access in allowed:
        for path in paths:
            _allow(ruleset, path, access)
    _forbid_new_privileges()
    _call(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def restrict_calls(program: bytes) -> None:
    """Install a compiled seccomp filter.

    Raises:
        OSError: the kernel refuses it.
    """
    _forbid_new_privileges()
    code = ctypes.create_string_buffer(program, len(program))
    pointer = ctypes.cast(code, ctypes.c_void_p)
    wanted = _Program(len(program) // _FILTER_BYTES, pointer)
    done = _libc().prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(wanted), 0, 0)
    _check(done)


def _allow(ruleset: int, path: str, access: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            access &= _ON_FILES
        rule = _PathBeneath(access, place)
        _call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(place)


def _forbid_new_privileges() -> None:
    _check(_libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def _call(number: int, *arguments: Any) -> int:
    return _check(int(_libc().syscall(number, *arguments)))


def _check(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
