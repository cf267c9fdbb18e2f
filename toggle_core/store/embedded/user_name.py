"""Run a program that needs a name for its user, where the user is a number without one.

initdb looks its user up in ``/etc/passwd``, though the name is not used, and ends if there is none:
containers are often started as such a user. In a user namespace of its own the number shows as that
of an ordinary user with a name; files it makes belong to the true one.

Run as ``python user_name.py PROGRAM ARGUMENT...``.
"""

import ctypes
import os
import pwd
import sys
from pathlib import Path

_CLONE_NEWUSER = 0x10000000
REFUSED = 125
"""The exit code if the system does not allow it."""


def main() -> None:
    """Become a user with a name, and the program."""
    try:
        named = next(entry for entry in pwd.getpwall() if entry.pw_uid != 0)
        _show_as(named.pw_uid, named.pw_gid)
    except (OSError, StopIteration) as error:
        sys.stderr.write(f"no name for user {os.getuid()}: {error}\n")
        sys.exit(REFUSED)
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606  no shell


def _show_as(user: int, group: int) -> None:
    """Show this process's user and group as others, see ``user_namespaces(7)``."""
    own_user, own_group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    here = Path("/proc/self")
    (here / "setgroups").write_text("deny")
    (here / "uid_map").write_text(f"{user} {own_user} 1")
    (here / "gid_map").write_text(f"{group} {own_group} 1")


if __name__ == "__main__":
    main()
