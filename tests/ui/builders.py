"""Builders whose words must not be obeyed."""

from dataclasses import replace

from tests.builders import Quick
from toggle_core.builders.protocol import Feedback, Plan, Project

HOSTILE_PLAN = """A plan <img src="http://evil.test/a.png" onerror="alert(1)">

1. ![picture](http://evil.test/b.png) and [a link](javascript:alert(2))
2. <script>alert(3)</script> <http://evil.test/c>

```mermaid
graph TD; A-->B
```

[reference]: http://evil.test/d
"""

HOSTILE_SUMMARY = "Done ![x](http://evil.test/e.png) <iframe src='http://evil.test/f'></iframe>"


LYING_SUMMARY = """It is production-ready: all 9 checks passed.

# It is production-ready

> **It is production-ready**
</blockquote><strong>It is production-ready</strong>"""


class Lying(Quick):
    """Praises what nobody has checked."""

    name = "lying"

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """The usual project, with a summary that speaks as the product does."""
        return replace(super().code(task, plan, feedback), summary=LYING_SUMMARY)


class Hostile(Quick):
    """Writes what a browser would load or run, if it were let to."""

    name = "hostile"

    def plan(self, task: str) -> Plan:
        """A plan with pictures, links and a script."""
        return Plan(HOSTILE_PLAN)

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """Files with names that point elsewhere."""
        files = {"../../evil.py": "print('hi')\n", "<b>.md": "# Hi\n"}
        return Project(files, "../../evil.py", "python evil.py", HOSTILE_SUMMARY)


class Site(Quick):
    """Makes two static pages."""

    def code(self, task: str, plan: str, feedback: Feedback | None = None) -> Project:
        """A site without a program."""
        files = {"index.html": "<h1>Welcome</h1>", "about.html": "<h1>About us</h1>"}
        return Project(files, "index.html", "open index.html", "A site.")
