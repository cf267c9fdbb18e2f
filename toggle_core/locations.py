"""Where the app's files, its configuration and its data are: in a checkout, or installed.

A wheel holds ``app.py``, ``pages`` and ``.streamlit`` of the repository inside this package, as
``dashboard``. A checkout keeps configuration and data beside ``app.py``; an installed app keeps
them in the user's own folders, because its own is replaced by the next version.
"""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent
_BUNDLE: Final = _PACKAGE / "dashboard"

CHECKOUT: Final = None if (_BUNDLE / "app.py").is_file() else _PACKAGE.parent
"""The repository, or None where the app was installed from a wheel."""

if CHECKOUT is not None:
    APP_FOLDER = CONFIG_FOLDER = CHECKOUT
    DATA_FOLDER = CHECKOUT / ".data"
else:
    import platformdirs

    APP_FOLDER = _BUNDLE
    CONFIG_FOLDER = platformdirs.user_config_path("production-toggle", appauthor=False)
    DATA_FOLDER = platformdirs.user_data_path("production-toggle", appauthor=False)

ENV_FILE: Final = CONFIG_FOLDER / ".env"
"""Where people keep settings."""

PROVIDERS_FILE: Final = _PACKAGE / "providers.toml"
"""Declares where chat models can come from, and the keys that they need."""

COMMAND: Final = "production-toggle" if CHECKOUT is None else "python -m toggle_core"
"""How the command line is called here."""

STATIC_FILES: Final = APP_FOLDER / "pages" / "static"
"""Fonts and the logo, served below ``/app/static``."""
