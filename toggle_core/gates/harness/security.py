"""Scan the project's code for risks: with bandit, and by rules of our own."""

import json
from collections.abc import Mapping
from typing import Any

from .findings import bounded, finding
from .pickles import is_of_own_file
from .risks import find_risks
from .secrets_scan import find_secrets
from .sources import Source, read_sources
from .task import Channel, Task
from .tool import Ended, run_tool
from .unread_code import find_unread_code


def run(task: Task, channel: Channel) -> None:
    """Report the risky places outside the tests, and whether bandit read every file.

    ``options["command"]`` is bandit's command line; ``options["settings"]`` the text of the file of
    settings that it names ``{home}/bandit.ini``.
    """
    (task.home / "bandit.ini").write_text(task.options["settings"], encoding="utf-8")
    done = run_tool(task, task.options["command"])
    sources = read_sources(task.files)
    own = [
        *find_risks(sources),
        *find_unread_code(task.files, sources),
        *find_secrets(task.files, sources),
    ]
    scanned = _read(done, sources)
    channel.report(
        {
            "exit_code": done.exit_code,
            "stderr": done.errors,
            **scanned,
            **bounded([*scanned["findings"], *own]),
        }
    )


def _read(done: Ended, sources: list[Source]) -> dict[str, Any]:
    """Return bandit's findings as ours, which files it could not read, and how many it read."""
    try:
        told = json.loads(done.output)
    except ValueError:
        return {"findings": [], "unread": [], "read": None}
    by_name = {source.name: source for source in sources}
    findings = (
        finding(
            item["filename"].removeprefix("././"),
            item["line_number"],
            item["test_id"],
            item["issue_text"],
        )
        for item in told["results"]
    )
    return {
        "findings": [one for one in findings if _counts(one, by_name.get(one["path"]))],
        "unread": [f"{error['filename']}: {error['reason']}" for error in told["errors"]],
        "read": sum(name != "_totals" for name in told["metrics"]),
    }


def _counts(found: Mapping[str, Any], source: Source | None) -> bool:
    """Whether a finding of bandit is one of the program, and no saved file that it reads again."""
    if source is None:
        return True
    own_file = found["rule"] == "B301" and is_of_own_file(source, found["line"])
    return not source.is_test and not own_file
