"""The gates as the graph sees them: something that tidies a project and proves it."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from toggle_core.gates.changed_tests import read_versions
from toggle_core.gates.checks.test_changes import ReadTest
from toggle_core.gates.model import ChangedTest, EarlierVersion, GateResult
from toggle_core.gates.promises.vacuity import vacuous
from toggle_core.gates.run import run_gates, tidy
from toggle_core.gates.settings import GateSettings


@dataclass(frozen=True, slots=True)
class SandboxProver:
    """Proves projects in the sandbox of this machine.

    Attributes:
        settings: how long and how much.
    """

    settings: GateSettings

    def tidy(self, files: Mapping[str, str], *, stop: threading.Event) -> dict[str, str]:
        """The files with safe fixes and formatting applied; unchanged if ``stop`` ends it."""
        return tidy(files, settings=self.settings, stop=stop)

    def read_tests(
        self, files: Mapping[str, str], before: Mapping[str, str], *, stop: threading.Event
    ) -> tuple[list[ReadTest], list[ReadTest]]:
        """The tests of the version before, and those of the files; see ``read_versions``."""
        return read_versions(files, before, settings=self.settings, stop=stop)

    def find_vacuous(self, promises: Mapping[str, Any]) -> list[str]:
        """Ids of the promises that a program which does nothing would keep."""
        return vacuous(promises, self.settings)

    def prove(
        self,
        files: Mapping[str, str],
        entry: str,
        *,
        on_result: Callable[[GateResult], None],
        stop: threading.Event,
        changed_tests: tuple[ChangedTest, ...] | None,
        promises: Mapping[str, Any] | None,
        base: EarlierVersion | None,
    ) -> list[GateResult]:
        """One result for each gate. ``on_result`` gets each as it comes; ``stop`` ends all."""
        return run_gates(
            files,
            entry,
            settings=self.settings,
            on_result=on_result,
            stop=stop,
            changed_tests=changed_tests,
            promises=promises,
            base=base,
        )
