"""A machine that is busy with something else."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def busy_machine(loops: int = 8) -> Iterator[None]:
    """Keep the processors busy for the length of the block.

    Args:
        loops: programs that use a whole processor each, if they get it.
    """
    with ExitStack() as stack:
        for _ in range(loops):
            loop = stack.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            stack.callback(loop.kill)
        yield
