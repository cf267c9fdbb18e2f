"""Shows a run in every place, in a process of its own: run by ``test_extra_column`` in a copy of
the project that declares one more column. Writes what each place shows, as JSON.
"""

import csv
import io
import json
import sys

import pyarrow.parquet as pq
from fastapi.testclient import TestClient

from tests.integration.sql import tell
from tests.ui.viewer import page
from toggle_core.api.app import create_api
from toggle_core.deliveries.event_types import webhook_message
from toggle_core.exports.columns import COLUMNS
from toggle_core.exports.csv_file import csv_pieces
from toggle_core.exports.parquet_file import parquet_pieces
from toggle_core.history.reads import EVERYTHING, get_run
from toggle_core.runs.submission import submit
from toggle_core.settings import Settings
from toggle_core.startup import open_services
from toggle_core.ui.history_columns import HISTORY
from toggle_core.ui.theme import columns_css


def main(database_url: str) -> None:
    """Migrate the database, submit a run whose colour is teal, and write where that is shown."""
    settings = Settings(
        _env_file=None,
        DATABASE_URL=database_url,
        TOGGLE_BUILDER="tests.builders:Quick",
        TOGGLE_WORKER_THREADS="0",
        TOGGLE_API_PORT="0",
    )
    with open_services(settings) as services:
        database = services.database
        run_id = submit(database, "Paint it", builder="quick").task_id
        tell(database, "UPDATE runs SET colour = 'teal'")
        api = create_api()
        client = TestClient(api, base_url="http://localhost")
        text = b"".join(piece.content for piece in csv_pieces(database, EVERYTHING, raw=True))
        file = b"".join(piece.content for piece in parquet_pieces(database, EVERYTHING))
        ended = {"started_at": None, "finished_at": None}
        run = get_run(database, run_id)
        message = webhook_message(run, "run.completed", ended, run.created_at)
        row = page("runs").get_by_key(f"history_row_{run_id.hex}")
        schemas = api.openapi()["components"]["schemas"]
        shown = {
            "headings": [column.title for column in HISTORY.columns],
            "cells": [cell.value for cell in row.text],
            "css": columns_css(HISTORY),
            "listed": client.get("/tasks").json()["tasks"][0]["colour"],
            "task": client.get(f"/tasks/{run_id}").json()["colour"],
            "document": schemas["TaskOut"]["properties"]["colour"]["description"],
            "csv": next(csv.DictReader(io.StringIO(text.decode())))["colour"],
            "parquet": pq.read_table(io.BytesIO(file)).to_pylist()[0]["colour"],
            "webhook": json.loads(message)["data"]["colour"],
            "last": list(COLUMNS)[-1],
        }
    sys.stdout.write(json.dumps(shown))


main(sys.argv[1])
