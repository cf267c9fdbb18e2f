"""A worker of this machine can be seen to be dead; of all others nothing is known."""

import subprocess
import sys
from collections.abc import Callable

import psutil

from tests.polling import eventually
from toggle_core.worker.identity import is_dead_here, new_identity

PROGRAM = """
import sys
from toggle_core.worker.identity import new_identity
print(new_identity(), flush=True)
sys.stdin.read()
"""


def start() -> tuple["subprocess.Popen[str]", str]:
    """A process, and the identity of a worker in it. It ends with its standard input."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def changed(identity: str, place: int, change: Callable[[str], str]) -> str:
    parts = identity.split("/")
    parts[place] = change(parts[place])
    return "/".join(parts)


def test_this_process_is_alive() -> None:
    assert not is_dead_here(new_identity())


def test_two_workers_of_a_process_have_names_of_their_own() -> None:
    assert new_identity() != new_identity()


def test_a_process_that_ended_is_dead_even_before_its_parent_has_noticed() -> None:
    process, identity = start()
    assert not is_dead_here(identity)
    process.kill()
    eventually(lambda: psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE)
    assert is_dead_here(identity)
    process.communicate()
    assert is_dead_here(identity)


def test_a_process_that_got_the_number_of_another_is_not_that_one() -> None:
    assert is_dead_here(changed(new_identity(), -2, lambda started: f"{started}1"))


def test_of_another_machine_boot_or_container_nothing_is_known() -> None:
    process, identity = start()
    process.communicate()
    for place in range(3):
        assert not is_dead_here(changed(identity, place, lambda part: f"{part}0"))


def test_an_identity_fits_its_column() -> None:
    assert len(new_identity()) <= 200
