"""What is noted of a run while a worker executes it: lines in the log, numbers, and spans."""

import logging
from dataclasses import dataclass

from toggle_core.gates.model import GateResult
from toggle_core.observing.metrics import gate_done, stage_done, tokens_used
from toggle_core.observing.tracing import UNTRACED, RunTrace
from toggle_core.words import Stage

logger = logging.getLogger("toggle_core.run")


@dataclass(frozen=True, slots=True)
class RunWatch:
    """Notes what one execution of a run does.

    Attributes:
        trace: takes its spans.
    """

    trace: RunTrace = UNTRACED

    def stage_done(self, stage: Stage, seconds: float) -> None:
        """A stage has ended.

        Args:
            stage: which.
            seconds: it took.
        """
        stage_done(stage, seconds)
        told = {"stage": stage.value, "seconds": round(seconds, 3)}
        logger.info("%s took %.2f s", stage.value, seconds, extra=told)

    def gate_done(self, result: GateResult) -> None:
        """A gate has spoken."""
        gate_done(result.gate, result.seconds)
        self.trace.gate(result.gate, result.outcome.value, result.seconds)
        told = {"gate": result.gate, "outcome": result.outcome.value, "seconds": result.seconds}
        logger.info(
            "gate %s %s in %.2f s", result.gate, result.outcome.value, result.seconds, extra=told
        )

    def tokens_used(self, read: int, written: int) -> None:
        """A model was asked.

        Args:
            read: tokens in.
            written: tokens out.
        """
        tokens_used(read, written)
