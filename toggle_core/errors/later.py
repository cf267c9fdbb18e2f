"""It cannot be done at the moment: the same will be possible a little later."""

from toggle_core.errors.base import ToggleError


class QueueFull(ToggleError):
    """There are {limit:,} runs waiting already, and no more are accepted until some of them are
    done. Nothing was submitted; try again in a minute."""

    retry_after = 60


class TooManyRequests(ToggleError):
    """These are more requests than one client may send. Try again in {seconds:,} s."""

    @property
    def retry_after(self) -> int:
        """Seconds until there is room for one."""
        return int(self.facts["seconds"])


class ExportsBusy(ToggleError):
    """As many exports as this server makes at the same time are being made already. Try again in
    half a minute."""

    retry_after = 30


class StreamsBusy(ToggleError):
    """As many streams of events as this server keeps open at the same time are open already. Try
    again in a few seconds."""

    retry_after = 5


class InsightsPending(ToggleError):
    """The runs of {days:,} days are being counted for the first time. Try again in a few
    seconds."""


class SweepBusy(ToggleError):
    """Another process is clearing the history away at the moment. Try again in a minute."""


class DatabaseAway(ToggleError):
    """The database cannot be reached at the moment. Nothing that was accepted is lost; try again
    in a few seconds."""
