"""The command that starts a project: the one that the gate ``start`` runs."""

import shlex


def start_command(entry: str) -> str:
    """The shell line that starts a project from its folder.

    Args:
        entry: path of the file to start, relative, with forward slashes.

    Returns:
        ``python`` and the path, quoted for a POSIX shell, without arguments as in the gate
        ``start``; empty where the file is not a Python program.
    """
    if not entry.endswith(".py"):
        return ""
    path = f"./{entry}" if entry.startswith("-") else entry
    return f"python {shlex.quote(path)}"
