"""What a person may know of an app."""

from dataclasses import dataclass

from toggle_core.apps.app import App


@dataclass(frozen=True, slots=True)
class AppState:
    """How an app stands.

    Attributes:
        running: whether its program runs at the moment; else it sleeps or has ended.
        sentence: how it ended by itself, empty if it did not.
        words: what it printed last, if it ended by itself.
        asleep: why it was put to sleep, in a sentence; empty if it was not.
    """

    running: bool
    sentence: str = ""
    words: str = ""
    asleep: str = ""


def state_of(app: App | None) -> AppState:
    """How an app stands.

    Args:
        app: of this process; None where it was not opened.
    """
    if app is None:
        return AppState(running=False)
    if app.ending is not None:
        return AppState(False, app.ending.sentence, app.ending.words)
    return AppState(running=app.session is not None, asleep=app.asleep)
