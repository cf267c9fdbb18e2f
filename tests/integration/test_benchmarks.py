"""The benchmarks' harness measures what is really there. How fast it is, no test says."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from benchmarks.clients import submit_and_wait
from benchmarks.contestants import ours
from benchmarks.ground import Ground
from benchmarks.peers.bare import WARM
from benchmarks.scale import Scale, read_scale
from benchmarks.throughput import bare
from benchmarks.wire import wire

RUNS = 8


@pytest.fixture
def ground(postgres: str) -> Iterator[Ground]:
    """The tests' server. The folder's path is short: that of a socket has to be."""
    with tempfile.TemporaryDirectory() as folder:
        yield Ground(postgres, Path(folder))


def test_a_round_submits_over_http_and_ends_when_all_runs_are_completed(ground: Ground) -> None:
    url = ground.migrated("bench_ours")
    with (
        wire(url, ground.folder) as counted,
        ours(ground, "bench_ours", DATABASE_URL=counted.url, threads=2) as server,
    ):
        found = submit_and_wait(server, RUNS, clients=4)
        with closing(server.connect()) as connection:
            done = server.speaks.done(connection)

    inserts = [times for text, times in counted.statements.items() if "INTO runs " in text]
    assert (done, len(found.latencies), sum(inserts)) == (RUNS, RUNS, RUNS)
    assert 0 < max(found.latencies) < found.seconds


def test_the_bare_loop_leaves_a_thread_for_each_of_its_runs(ground: Ground) -> None:
    url = ground.database("bench_bare")

    assert bare(RUNS, url).seconds > 0

    with psycopg.connect(url) as connection:
        [(threads,)] = connection.execute("SELECT count(DISTINCT thread_id) FROM checkpoints")
    assert threads == RUNS + WARM


def test_a_taste_of_everything_can_be_asked_for() -> None:
    asked = ["--rounds", "1", "--runs", "40", "--in-flight", "50", "--sizes", "10k"]

    assert read_scale("benchmarks", None, asked) == Scale(1, 40, 50, ("10k",))
