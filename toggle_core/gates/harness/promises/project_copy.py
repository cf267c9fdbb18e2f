"""The copy of a project that steps are carried out on, and its server."""

from .program import RunningServer, Surroundings
from .records import StepRecord


class ProjectCopy:
    """One copy, whose program runs as a server from when it is first needed until it is stopped.

    Args:
        surroundings: where the program runs.

    Attributes:
        surroundings: may be replaced while no server runs.
    """

    def __init__(self, surroundings: Surroundings) -> None:
        self.surroundings = surroundings
        self._server: RunningServer | None = None

    @property
    def is_running(self) -> bool:
        """Whether the server has been started, and not been stopped."""
        return self._server is not None

    def running(self) -> RunningServer:
        """Return the server, started if it was not.

        Raises:
            ProgramFailed: it does not start.
        """
        if self._server is None:
            self._server = RunningServer(self.surroundings)
        return self._server

    def stop(self) -> None:
        """End the program if it runs as a server."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def restart(self) -> None:
        """Do to the program what a machine does that restarts.

        Raises:
            ProgramFailed: a server that ran does not start any more.
        """
        was_running = self.is_running
        self.stop()
        self.surroundings.end_strays()
        self.surroundings.forget()
        if was_running:
            self.running()

    def explain(self, record: StepRecord, why: str, *, unanswered: bool) -> str:
        """Return why a step does not hold: because the server has ended, if it has.

        Args:
            record: of the step, to which what the server printed is added.
            why: if the server still runs, or there is none.
            unanswered: whether a request just got no answer.
        """
        if self._server is None:
            return why
        ended = self._server.fault(unanswered=unanswered)
        record.add_printed(self._server.output.strip())
        return ended or why
