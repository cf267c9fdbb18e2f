"""The first look at a project, in one job: its copy, its code, its pages and scripts.

Three gates judge what was found. Starting a sandbox takes longer than reading a small project.
"""

from collections.abc import Mapping

from toggle_core.gates.checks.context import Context
from toggle_core.gates.sandbox.job import Finished

_SECONDS = 30.0  # for copy and code; pages and scripts have those of a tool besides
_WEB_TOOLS = ("tree-sitter", "tree-sitter-javascript")
_WEB_ENDINGS = (".html", ".htm", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".css")
_WEB_SIGNS = ("<script", "<link", "<style")


def read_files(context: Context) -> Finished:
    """Read a project in the sandbox, once for all gates of a run.

    Its report has ``copy``, ``code`` and, where there is something for a browser, ``web``, as far
    as the job came.
    """
    web = has_web(context.files)
    seconds = _SECONDS + context.settings.tool_seconds
    return context.run_once("reading", seconds, {"web": web}, _WEB_TOOLS if web else ())


def has_web(files: Mapping[str, str]) -> bool:
    """Tell whether a project has something for a browser, by the look of it."""
    return any(
        name.lower().endswith(_WEB_ENDINGS) or any(sign in text.lower() for sign in _WEB_SIGNS)
        for name, text in files.items()
        if not name.lower().endswith(".md")
    )
