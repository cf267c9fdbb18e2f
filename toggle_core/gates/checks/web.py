"""What the reader of pages and scripts finds, for the gates ``syntax`` and ``lint``."""

from collections.abc import Mapping
from dataclasses import dataclass

from toggle_core.gates.checks.context import Context, Judgement, broken, unusual_end

_TOOLS = ("tree-sitter", "tree-sitter-javascript")
_ENDINGS = (".html", ".htm", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".css")
_SIGNS = ("<script", "<link", "<style")


@dataclass(frozen=True, slots=True)
class WebFindings:
    """What is wrong with pages and scripts, each as ``path:line: sentence``.

    Attributes:
        syntax: what a browser cannot read.
        mistakes: what it reads and cannot do.
        hosts: files of other hosts that a page needs.
        named: other addresses, which a page goes on without.
    """

    syntax: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def read_web(context: Context, pages: Mapping[str, str] | None = None) -> WebFindings | Judgement:
    """Read the pages and scripts of a project, in the sandbox.

    Args:
        context: the project.
        pages: texts of further pages, by the path they were served at.

    Returns:
        What was found; a judgement where the reader did not come to its end.
    """
    if not pages and not has_web(context.files):
        return WebFindings()
    options = {"pages": dict(pages or {})}
    done = context.run("web", context.settings.tool_seconds, options, _TOOLS)
    if judged := unusual_end(done, "Reading the pages and scripts"):
        return judged
    if done.report is None:
        return broken("The reader of pages and scripts", done)
    return WebFindings(**{name: tuple(lines) for name, lines in done.report.items()})


def has_web(files: Mapping[str, str]) -> bool:
    """Tell whether a project has something for a browser, by the look of it."""
    return any(
        name.lower().endswith(_ENDINGS) or any(sign in text.lower() for sign in _SIGNS)
        for name, text in files.items()
        if not name.lower().endswith(".md")
    )
