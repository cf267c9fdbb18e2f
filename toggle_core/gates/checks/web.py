"""What the reader of pages and scripts finds, for the gates ``syntax`` and ``lint``."""

from dataclasses import dataclass

from toggle_core.gates.checks.context import Context, Judgement, broken, unusual_end
from toggle_core.gates.checks.reading import has_web, read_files


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


def read_web(context: Context) -> WebFindings | Judgement:
    """Return what was found in a project's pages and scripts, read in the sandbox.

    It is a judgement where the reader did not come to its end.
    """
    if not has_web(context.files):
        return WebFindings()
    done = read_files(context)
    found = (done.report or {}).get("web")
    if found is None:
        judged = unusual_end(done, "Reading the pages and scripts")
        return judged or broken("The reader of pages and scripts", done)
    return WebFindings(**{name: tuple(lines) for name, lines in found.items()})
