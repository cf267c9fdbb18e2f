"""A task, or what was sent along with it, was refused at the door."""

from toggle_core.errors.base import ToggleError


class TaskRefused(ToggleError):
    """The task was not accepted."""

    field = "description"


class TaskBlank(TaskRefused):
    """The task is empty. Say in a sentence what should be built."""


class TaskTooLong(TaskRefused):
    """The task has {length:,} characters; at most {limit:,} are accepted."""


class TaskNotText(TaskRefused):
    """The task has a character that is not accepted: {character}, at position {position:,}. It
    cannot be seen, or changes how the text around it looks. Delete it and try again."""


class PlanRefused(TaskRefused):
    """The plan was not accepted."""

    field = "plan"


class PlanBlank(PlanRefused):
    """The plan is empty. Write what should be built, or leave the plan as it was."""


class PlanTooLong(PlanRefused):
    """The plan has {length:,} characters; at most {limit:,} are accepted."""


class PlanNotText(PlanRefused):
    """The plan has a character that is not accepted: {character}, at position {position:,}. It
    cannot be seen, or changes how the text around it looks. Delete it and try again."""


class ReasonRefused(TaskRefused):
    """A reason has at most {limit:,} characters, all of them text."""

    field = "reason"


class WebhookRefused(TaskRefused):
    """The webhook cannot be used: {reason}."""

    field = "webhook_url"


class IdempotencyKeyRefused(TaskRefused):
    """An Idempotency-Key has 1 to {limit} printable ASCII characters and no spaces."""

    field = "Idempotency-Key"


class IdempotencyConflict(ToggleError):
    """This Idempotency-Key was already used for another task. Use a new key for a new task."""
