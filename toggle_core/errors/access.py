"""A person or a key is not let in, or may not do this; or a key cannot be made or found."""

from toggle_core.errors.base import ToggleError


class LoginNeeded(ToggleError):
    """You are not logged in any more, so this was not done. Log in and do it again."""


class KeyRefused(ToggleError):
    """This key opens nothing."""

    challenge = 'Bearer realm="Production Toggle", error="invalid_token"'
    """What the header WWW-Authenticate says (RFC 6750, section 3)."""


class KeyMissing(KeyRefused):
    """The API asks for a key. Send it in the header Authorization, after the word Bearer. Whoever
    runs this server can make one."""

    challenge = 'Bearer realm="Production Toggle"'


class KeyInAddress(KeyRefused):
    """A key does not belong into an address, which is kept in histories and logs: revoke this one.
    Send its successor in the header Authorization, after the word Bearer."""

    challenge = 'Bearer realm="Production Toggle", error="invalid_request"'


class KeyMalformed(KeyRefused):
    """The header Authorization must be there once, with the word Bearer and one key."""

    challenge = 'Bearer realm="Production Toggle", error="invalid_request"'


class KeyUnknown(KeyRefused):
    """There is no such key. Was all of it copied?"""


class KeyRevoked(KeyRefused):
    """The key "{name}" was revoked. Ask whoever runs this server for another one."""


class KeyExpired(KeyRefused):
    """The key "{name}" has expired. Ask whoever runs this server for another one."""


class ScopeTooSmall(ToggleError):
    """The key "{name}" has the scope {scope}, and this takes a key with the scope {needed}."""

    @property
    def challenge(self) -> str:
        """What the header WWW-Authenticate says (RFC 6750, section 3)."""
        needed = self.facts["needed"]
        return f'Bearer realm="Production Toggle", error="insufficient_scope", scope="{needed}"'


class TaskOfOthers(ToggleError):
    """The key "{name}" may change only what was submitted with it. One with the scope admin may
    change everything."""

    challenge = 'Bearer realm="Production Toggle", error="insufficient_scope", scope="admin"'


class KeyNameRefused(ToggleError):
    """The name of a key has 1 to {limit} characters that can be seen."""


class KeyNameTaken(ToggleError):
    """There is already a key named "{name}". Choose another name, or revoke that key first."""


class KeyNotFound(ToggleError):
    """There is no key with the id {id}. python -m toggle_core keys list shows the ids."""
