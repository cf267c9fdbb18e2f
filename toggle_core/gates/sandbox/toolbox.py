"""What a sandbox needs to run Python: the interpreter and tools, taken from this process's own.

Nothing else of the virtual environment is bound, so that neither the application nor its packages
can be imported by generated code.
"""

import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The interpreter this process runs on, without its packages.

    Attributes:
        executable: the program, symbolic links followed.
        libraries: folders of the standard library.
        prefix: the folder above, which ``libraries`` lie in.
        shared: the shared library of an interpreter that is built with one, else None.
        packages: folders inside ``libraries`` that hold installed packages.
    """

    executable: Path
    libraries: tuple[Path, ...]
    prefix: Path
    shared: Path | None
    packages: tuple[Path, ...]


@cache
def interpreter() -> Interpreter:
    """Return this process's base interpreter (not the virtual environment's link to it)."""
    prefix = Path(sys.base_prefix).resolve()
    libraries = tuple(
        dict.fromkeys(
            Path(sysconfig.get_path(name, vars=_base_variables())).resolve()
            for name in ("stdlib", "platstdlib")
        )
    )
    packages = tuple(
        library / name
        for library in libraries
        for name in ("site-packages", "dist-packages")
        if (library / name).is_dir()
    )
    executable = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    return Interpreter(executable, libraries, prefix, _shared_library(prefix), packages)


def _base_variables() -> dict[str, str]:
    return dict.fromkeys(("base", "platbase", "installed_base"), sys.base_prefix) | {
        "installed_platbase": sys.base_exec_prefix
    }


def _shared_library(prefix: Path) -> Path | None:
    name = sysconfig.get_config_var("INSTSONAME")
    folder = sysconfig.get_config_var("LIBDIR")
    if not sysconfig.get_config_var("Py_ENABLE_SHARED") or not name:
        return None
    candidates = [prefix / "lib" / name, *([Path(folder) / name] if folder else [])]
    return next((path for path in candidates if path.is_file()), None)


@cache
def tool_paths(tools: tuple[str, ...]) -> dict[str, Path]:
    """Return the real path of every top-level file and folder of some distributions.

    Args:
        tools: names of installed distributions.

    Returns:
        By the path relative to the folder of the tools; programs lie in ``bin``.

    Raises:
        PackageNotFoundError: one of the named distributions is not installed.
    """
    paths: dict[str, Path] = {}
    for found in _with_requirements(tools):
        for file in found.files or ():
            top, *rest = file.parts
            if top == "..":
                program = Path(str(file.locate())).resolve()
                if rest[-2:-1] == ["bin"] and not _is_script(program):
                    paths[f"bin/{file.name}"] = program
            elif top != "__pycache__":
                paths[top] = Path(str(found.locate_file(top)))
    return paths


def _is_script(program: Path) -> bool:
    """Tell a console script, whose first line names the virtual environment, from a program."""
    with program.open("rb") as source:
        return source.read(2) == b"#!"


def _with_requirements(names: tuple[str, ...]) -> Iterator[Distribution]:
    seen: set[str] = set()
    waiting = [(name, True) for name in names]
    while waiting:
        name, required = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            if required:
                raise
            continue
        yield found
        for line in found.requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append((requirement.name, False))
