"""Programs that are copied from the export menu fetch the runs of its filter."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pandas as pd
import pytest

from tests.integration.varied_runs import fill
from toggle_core.access.keys import create_key
from toggle_core.exports.snippets import Tool, snippet
from toggle_core.history.filter_text import filter_to_text
from toggle_core.history.query import RunFilter
from toggle_core.store.database import Database
from toggle_core.words import Scope, Status

SHOW = "\nprint(*({}), sep='\\n')\n"
IDS = {Tool.PANDAS: "runs['task_id']", Tool.DUCKDB: "runs.df()['task_id']"}


@pytest.mark.parametrize("tool", Tool)
def test_a_snippet_fetches_the_runs_of_the_filter_with_the_key_of_the_environment(
    tool: Tool, api: httpx.Client, shared_database: Database, tmp_path: Path
) -> None:
    rows = fill(shared_database)
    key = create_key(shared_database, "reader", Scope.READ)[1]
    origin = str(api.base_url).rstrip("/").removesuffix("/api")
    parameters = filter_to_text(RunFilter(Status.FAILED)) | {"columns": "task_id"}
    program = snippet(tool, origin, parameters)
    if tool is not Tool.CURL:
        program += SHOW.format(IDS[tool])
    start = ["sh", "-c", program] if tool is Tool.CURL else [sys.executable, "-c", program]
    ended = subprocess.run(
        start,
        cwd=tmp_path,
        env={**os.environ, "TOGGLE_API_KEY": key},
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    assert key not in program + ended.stdout + ended.stderr
    found = (
        list(pd.read_csv(tmp_path / "runs.csv")["task_id"])
        if tool is Tool.CURL
        else ended.stdout.split()
    )
    assert found == [str(row["id"]) for row in rows if row["status"] == "failed"]


@pytest.mark.parametrize("tool", Tool)
def test_a_search_cannot_end_the_text_that_holds_the_address(tool: Tool) -> None:
    program = snippet(tool, "http://localhost:3030", {"q": 'it\'s "x" $(id) `id`\n\\'})
    assert "q=it%27s+%22x%22+%24%28id%29+%60id%60%0A%5C" in program
