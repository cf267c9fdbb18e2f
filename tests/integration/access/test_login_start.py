"""A login that is meant and cannot be is no start at all: nothing is open by mistake."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.app_process import AppProcess

COMPLETE = {
    "TOGGLE_OIDC_CLIENT_ID": "toggle",
    "TOGGLE_OIDC_CLIENT_SECRET": "hunter2",
    "TOGGLE_OIDC_METADATA_URL": "https://id.example.com/.well-known/openid-configuration",
    "TOGGLE_OIDC_REDIRECT_URI": "http://localhost:3030/oauth2callback",
    "TOGGLE_OIDC_ALLOWED": "example.com",
    "TOGGLE_COOKIE_SECRET": "hunter2" * 5,
}
PYTHON = ("app.py",)
STREAMLIT = ("-m", "streamlit", "run", "app.py")
WITHOUT_AUTHLIB = (
    "-c",
    "import runpy, sys; sys.modules['authlib'] = None; runpy.run_path('app.py', None, '__main__')",
)
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


def ended(command: tuple[str, ...], variables: Mapping[str, str]) -> str:
    """What the app printed before it ended by itself, with exit code 1."""
    with AppProcess(command, **{"DATABASE_URL": NOWHERE, **variables}) as app:
        process = app.launch().process
        assert process is not None
        assert process.wait(120) == 1
        return app.output()


STARTS = {
    "in part": (PYTHON, {"TOGGLE_OIDC_CLIENT_SECRET": ""}, "TOGGLE_OIDC_CLIENT_SECRET is missing."),
    "in part, streamlit run": (STREAMLIT, {"TOGGLE_COOKIE_SECRET": ""}, "TOGGLE_COOKIE_SECRET is"),
    "no TLS": (
        PYTHON,
        {"TOGGLE_OIDC_METADATA_URL": "http://id.example.com"},
        "begin with https://",
    ),
    "no package": (WITHOUT_AUTHLIB, {}, "needs the package Authlib, which is not installed."),
}


@pytest.mark.parametrize("name", STARTS)
def test_a_login_that_cannot_be_is_told_and_nothing_starts(name: str) -> None:
    command, changed, sentence = STARTS[name]
    output = ended(command, COMPLETE | changed)
    assert "Production Toggle cannot start: The " in output
    assert sentence in output
    assert "Traceback" not in output
    assert "hunter2" not in output


def test_a_table_that_only_streamlit_would_read_is_told(tmp_path: Path) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "secrets.toml").write_text('[auth]\nclient_id = "toggle"\n')
    output = ended(PYTHON, {"HOME": str(tmp_path)})
    assert "cannot start: Streamlit found a table [auth] that this app does not read." in output
    assert "Traceback" not in output
