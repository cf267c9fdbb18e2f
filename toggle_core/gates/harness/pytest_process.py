"""The process in which pytest is loaded: started with two pipes to read, and ended."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from .task import Task

_OBJECTS = 50_000


class PytestProcess:
    """A Python process that takes orders as lines of JSON; a context manager that ends it.

    Args:
        task: the job, for the folder of its tools.
        module: below ``harness``; its ``main`` gets the writing ends of both pipes.
        arguments: further ones of ``main``.
        hash_seed: decides the order of sets of texts.
        stderr: where its errors go, as for ``subprocess.Popen``; None: where ours go.

    Attributes:
        results: reading end of the pipe for the plugin's lines.
        control: reading end of the pipe for how runs end.
    """

    def __init__(
        self,
        task: Task,
        module: str,
        *arguments: str,
        hash_seed: int = 0,
        stderr: int | None = None,
    ) -> None:
        folders = [str(Path(__file__).parents[1]), str(task.tools)]
        # Until it is loaded, there is no garbage to be looked for; the project gets what is usual.
        self._import = (
            f"import gc, sys; usual = gc.get_threshold(); gc.set_threshold({_OBJECTS}); "
            f"sys.path[:0] = {folders!r}; from harness.{module} import main; "
            "gc.set_threshold(*usual)"
        )
        self._arguments = arguments
        self._stderr = stderr
        self._start(hash_seed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def restart(self, hash_seed: int) -> None:
        """End the process and start another one, in which sets have another order.

        Args:
            hash_seed: decides the order of sets of texts.
        """
        self._stop()
        self._start(hash_seed)

    def _start(self, hash_seed: int) -> None:
        self.results, results = os.pipe()
        self.control, control = os.pipe()
        code = f"{self._import}; main{(results, control, *self._arguments)!r}"
        self._process = subprocess.Popen(  # closed at the end of the with statement
            [sys.executable, "-s", "-P", "-c", code],
            stdin=subprocess.PIPE,
            stderr=self._stderr,
            pass_fds=[results, control],
            env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
        )
        os.close(results)
        os.close(control)

    def _stop(self) -> None:
        os.close(self.results)
        os.close(self.control)
        self._process.kill()
        self._process.wait()

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    def send(self, value: object) -> bool:
        """Send one line. Returns False if the process is gone."""
        pipe = self._process.stdin
        assert pipe  # noqa: S101  it is a pipe
        try:
            pipe.write(json.dumps(value).encode() + b"\n")
            pipe.flush()
        except BrokenPipeError:
            return False
        return True

    def exit_code(self) -> int:
        """Wait for the process, and return its exit code."""
        return self._process.wait()
