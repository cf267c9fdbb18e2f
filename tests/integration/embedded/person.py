"""A program of its own that uses the embedded server as told, line by line, in JSON.

Run as ``python person.py <uid> <gid> [<folder to find the wheel in>]``. As root it becomes that
user after its imports, because an interpreter below a private home could not be started by it.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from toggle_core.errors import StartError
from toggle_core.store import embedded


def main() -> None:
    uid, gid = int(sys.argv[1]), int(sys.argv[2])
    sys.path[:0] = sys.argv[3:]
    if uid != os.geteuid():
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    servers: list[embedded.EmbeddedServer] = []
    for line in sys.stdin:
        sys.stdout.write(json.dumps(obey(json.loads(line), servers)) + "\n")
        sys.stdout.flush()


def obey(order: dict[str, Any], servers: list[embedded.EmbeddedServer]) -> dict[str, str]:
    if order["do"] == "stop":
        servers.pop().stop()
        return {}
    places = {name: Path(order[name]) for name in ("fallback", "system_dir") if name in order}
    try:
        server = embedded.start(Path(order["data_dir"]), extra=order["extra"], **places)
    except StartError as error:
        return {"error": type(error).__name__, "sentence": str(error)}
    servers.append(server)
    return {"data_dir": str(server.data_dir), "url": server.url}


main()
