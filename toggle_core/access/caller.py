"""Who calls the API, and what they may do."""

from dataclasses import dataclass
from typing import Final

from toggle_core.access.keys import ApiKey
from toggle_core.errors import ScopeTooSmall, TaskOfOthers
from toggle_core.words import Scope

SCOPES: Final = tuple(Scope)
"""Each includes those before it."""

NAMED: Final = "key:"
"""Before the name of a key in ``submitted_by``: no address of a person has a colon there."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls.

    Attributes:
        key: they came with; None where the API is open and asks for none.
    """

    key: ApiKey | None = None

    @property
    def name(self) -> str | None:
        """What is recorded as ``submitted_by``; None where nobody was asked."""
        return f"{NAMED}{self.key.name}" if self.key else None

    def check_scope(self, needed: Scope) -> None:
        """Refuse what takes more than the key has.

        Raises:
            ScopeTooSmall: that is so.
        """
        if self.key and SCOPES.index(self.key.scope) < SCOPES.index(needed):
            raise ScopeTooSmall(name=self.key.name, scope=self.key.scope, needed=needed)

    @property
    def may_change_everything(self) -> bool:
        """Whether they may change what others have submitted."""
        return self.key is None or self.key.scope is Scope.ADMIN

    def check_change(self, submitted_by: str | None) -> None:
        """Refuse to change what somebody else has submitted.

        Args:
            submitted_by: as it is recorded.

        Raises:
            TaskOfOthers: that is so.
        """
        if self.key and not self.may_change_everything and submitted_by != self.name:
            raise TaskOfOthers(name=self.key.name)
