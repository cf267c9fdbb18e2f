"""A worker lets go of a run before its end: it is continued, here or by another worker."""

from toggle_core.errors.base import ToggleError


class LeaseLost(ToggleError):
    """Another worker has taken this run over; what this one still writes is not recorded."""


class CheckpointOutOfOrder(ToggleError):
    """A checkpoint was older than the one it follows. The run will be continued from its last."""


class RunInterrupted(ToggleError):
    """The run stopped before its end and will be continued from its last checkpoint."""


class TransitionRefused(ToggleError):
    """A run that is {state} cannot make the transition "{transition}"."""
