"""A run is not there, or not in a state for what was asked of it."""

from toggle_core.errors.base import ToggleError


class RunNotFound(ToggleError):
    """There is no run with this id."""


class SameRun(ToggleError):
    """Both are the same run. Choose two different ones to compare."""


class NotRetryable(ToggleError):
    """Only a run that failed or was cancelled can be continued. Run it again instead."""


class StepsCleared(NotRetryable):
    """The steps of this run have been cleared away, so it cannot be continued. Run it again
    instead."""


class NotReviewing(ToggleError):
    """This run is not waiting for a review of its plan."""


class NotContinuable(ToggleError):
    """Only of a run that has ended and has files can a change be asked for."""


class CheckpointNotFound(ToggleError):
    """This run has no such step. Its steps may have been cleared away; run it again instead."""


class NothingFollows(ToggleError):
    """This is the last step of the run: nothing follows it. Choose an earlier step, or change the
    plan."""


class FilesMissing(ToggleError):
    """This run has no files yet. Wait until its code is written."""


class RunProcessing(ToggleError):
    """This run is still being worked on. Cancel it first, then delete it."""
