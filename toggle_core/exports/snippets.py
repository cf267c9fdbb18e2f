"""Short programs that fetch an export from the API, to be copied."""

import json
import shlex
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlencode


class Tool(StrEnum):
    """What a program is written for."""

    PANDAS = "pandas"
    DUCKDB = "DuckDB"
    CURL = "curl"


PANDAS = """\
import os

import pandas as pd

key = os.environ.get("TOGGLE_API_KEY", "")
runs = pd.read_parquet(
    {address},
    storage_options={{"Authorization": f"Bearer {{key}}"}},
)
"""

DUCKDB = """\
import os
import shutil
import urllib.request

import duckdb

key = os.environ.get("TOGGLE_API_KEY", "")
request = urllib.request.Request(
    {address},
    headers={{"Authorization": f"Bearer {{key}}"}},
)
with urllib.request.urlopen(request) as answer, open("runs.parquet", "wb") as file:
    shutil.copyfileobj(answer, file)
runs = duckdb.read_parquet("runs.parquet")
"""

CURL = """\
curl --fail --output runs.csv \\
  --header "Authorization: Bearer $TOGGLE_API_KEY" \\
  {address}
"""


def snippet(tool: Tool, origin: str, parameters: Mapping[str, str]) -> str:
    """A program that fetches the runs of a filter with the key in ``TOGGLE_API_KEY``.

    Args:
        tool: what it is written for.
        origin: where the API is served, such as ``http://localhost:3030``.
        parameters: of the export's address, as :mod:`toggle_core.history.filter_text` writes them.
    """
    ending = "csv" if tool is Tool.CURL else "parquet"
    query = f"?{urlencode(parameters)}" if parameters else ""
    address = f"{origin}/api/runs.{ending}{query}"
    if tool is Tool.CURL:
        return CURL.format(address=shlex.quote(address))
    template = PANDAS if tool is Tool.PANDAS else DUCKDB
    return template.format(address=json.dumps(address))
