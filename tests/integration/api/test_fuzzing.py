"""The API against its own document: whatever is sent, each answer is one that it tells of."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.builders import Quick
from tests.integration.api_server import serving
from tests.integration.executors import executors
from toggle_core.access.keys import create_key
from toggle_core.settings import Settings
from toggle_core.store.database import Database
from toggle_core.words import Scope

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
)
FEW = ("--phases", "examples,fuzzing")
SEED = "20261122"
EXAMPLES = "5"
"""Drawn for each operation, after all that the document's own limits suggest."""


pytestmark = pytest.mark.timeout(1200)
"""It takes 20 s by itself, and shares a busy machine with other tests."""


@pytest.fixture
def address(shared_database: Database) -> Iterator[str]:
    """Address of an API that has something to tell of."""
    settings = Settings(
        _env_file=None,
        DATABASE_URL=shared_database.conninfo,
        TOGGLE_BUILDER="tests.builders:Quick",
    )
    with serving(settings) as found:
        yield f"{found}/api"


def without(*operations: str) -> tuple[str, ...]:
    """Options that leave some operations out: ``ready`` says 503 here, and means it."""
    return tuple(part for name in operations for part in ("--exclude-operation-id", name))


def fuzzed(address: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """What schemathesis finds. Its cases depend on the document and on the seed alone."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json"),
        *("--phases", "examples,coverage,fuzzing", "--seed", SEED, "--max-examples", EXAMPLES),
        *("--checks", ",".join(CHECKS), "--continue-on-failure", "--no-shrink"),
        *("--suppress-health-check", "all", "--request-timeout", "60"),
        *options,
    ]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=1000
    )


def test_no_request_finds_a_fault_or_an_answer_that_is_not_documented(
    address: str, shared_database: Database, tmp_path: Path
) -> None:
    with httpx.Client(base_url=address, timeout=60) as client:
        task = {"description": "Create a hello world app"}
        done = client.post("/tasks", json=task).raise_for_status().json()["task_id"]
        with executors(shared_database) as new_executor:
            new_executor(Quick(), "only").execute(done)
    # The events of a run that waits go on until it ends, and nothing executes runs here.
    left_out = without("ready", "export_csv", "export_parquet", "follow_task")
    found = fuzzed(address, tmp_path, *left_out)
    assert found.returncode == 0, found.stdout[-6_000:] + found.stderr[-2_000:]
    assert "Tested:" in found.stdout


def test_exports_answer_as_documented(address: str, tmp_path: Path) -> None:
    """They take the filter of lists, which all that the document suggests is tried on there."""
    chosen = ("--include-operation-id-regex", "^export_(csv|parquet)$")
    found = fuzzed(address, tmp_path, *chosen, *FEW)
    assert found.returncode == 0, found.stdout[-6_000:] + found.stderr[-2_000:]


@pytest.mark.parametrize("given", ["a key that may only read", "a key that nobody made", "none"])
def test_who_may_not_come_in_gets_a_documented_answer(
    address: str, shared_database: Database, tmp_path: Path, given: str
) -> None:
    _, key = create_key(shared_database, "reader", Scope.READ)
    keys = {
        "a key that may only read": [f"--header=Authorization: Bearer {key}"],
        "a key that nobody made": [f"--header=Authorization: Bearer {key[:-1]}"],
        "none": [],
    }
    found = fuzzed(address, tmp_path, *keys[given], *without("ready"), *FEW)
    assert found.returncode == 0, found.stdout[-6_000:] + found.stderr[-2_000:]
