"""Hands the login to Streamlit, which reads it from a table ``[auth]`` of its secrets."""

from starlette.middleware import Middleware
from streamlit.runtime.secrets import SecretsValue, secrets_singleton

from toggle_core.errors import LoginElsewhere
from toggle_core.login import Login, login_of
from toggle_core.settings import Settings
from toggle_core.ui.door import Door, tell_faults_in_one_line


def set_up_login(settings: Settings) -> list[Middleware]:
    """Let the dashboard ask for the login that the settings describe, if any.

    To be called before the app is made: Streamlit then takes its session's secret from there too.

    Args:
        settings: of the process.

    Returns:
        The middleware that the app needs for it.

    Raises:
        StartError: one sentence says what is in the way of a login that was meant.
    """
    login = login_of(settings)
    has_secrets = secrets_singleton.load_if_toml_exists()
    if login is None:
        if has_secrets and "auth" in secrets_singleton:
            raise LoginElsewhere
        return []
    secrets_singleton.merge_programmatic_secrets({"auth": _section(login)})
    tell_faults_in_one_line()
    return [Middleware(Door, login=login)]


def _section(login: Login) -> dict[str, SecretsValue]:
    return {
        "client_id": login.client_id,
        "client_secret": login.client_secret.get_secret_value(),
        "server_metadata_url": login.metadata_url,
        "redirect_uri": login.redirect_uri,
        "cookie_secret": login.cookie_secret.get_secret_value(),
    }
