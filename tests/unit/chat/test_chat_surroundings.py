"""Proxies and certificates of the environment that no library could use."""

import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from toggle_core.builders.chat.model import make_model
from toggle_core.builders.chat.settings import ChatSettings
from toggle_core.builders.chat.surroundings import check_surroundings, proxy_for
from toggle_core.errors import ModelCertificatesUnusable, ModelProxyUnusable

AWAY = "http://models.example.com/v1"
KEY_PLACE = "https://models.example.com/v1"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment without proxies and certificates."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("SSL_CERT"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("socks5://127.0.0.1:1080", "kind socks5:// is not supported"),
        ("socks5h://127.0.0.1:1080", "kind socks5h:// is not supported"),
        ("socks://127.0.0.1:1080", "socks:// is not the beginning of a proxy's address"),
        ("ftp://proxy:21", "ftp:// is not the beginning"),
        ("http://proxy:port", "not an address"),
        ("http://proxy:99999", "not an address"),
        ("http:/proxy:3128", "not an address"),
        ("http://[::1", "not an address"),
        ("http://", "no valid host"),
        ("http://my proxy:3128", "no valid host"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_named_and_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ModelProxyUnusable, match="Nothing was sent") as caught:
        make_model(ChatSettings("openai:m", base_url=AWAY))
    assert f"environment variable {variable} " in str(caught.value)
    assert says in str(caught.value)
    assert "install" not in str(caught.value)


def test_a_password_of_a_proxy_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:hunter2@proxy:port")
    failure = check_surroundings("OpenAI", is_https=True)
    assert failure is not None
    assert "hunter2" not in str(failure)


@pytest.mark.parametrize(
    "value",
    ["http://proxy:3128", "proxy:3128", "http://me:word@proxy:3128/", "http://[::1]:3128", "proxy"],
)
def test_a_proxy_that_can_be_used_is_not_in_the_way(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value)
    assert check_surroundings("OpenAI", is_https=True) is None
    make_model(ChatSettings("openai:m", base_url=KEY_PLACE))


def test_a_server_on_this_machine_is_asked_whatever_the_proxies_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    make_model(ChatSettings("openai:m", base_url="http://127.0.0.1:1234"))


def test_no_proxy_for_everything_puts_all_proxies_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    monkeypatch.setenv("NO_PROXY", "*")
    make_model(ChatSettings("openai:m", base_url=AWAY))


def test_exceptions_that_cannot_be_read_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "localhost,[::1")
    with pytest.raises(ModelProxyUnusable, match=r"variable NO_PROXY .*with commas"):
        make_model(ChatSettings("openai:m", base_url=AWAY))


@pytest.mark.parametrize("model", ["openai:m", "anthropic:m", "google:m", "ollama:m"])
@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("missing.pem", None, "does not exist"),
        ("empty.pem", "", "holds no certificates"),
        ("other.pem", "-----BEGIN NOTHING-----", "holds no certificates"),
        ("", None, "is a folder"),
    ],
)
def test_a_file_of_certificates_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    model: str,
    name: str,
    text: str | None,
    says: str,
) -> None:
    file = tmp_path / name
    if text is not None:
        file.write_text(text)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with pytest.raises(ModelCertificatesUnusable, match="Nothing was sent") as caught:
        make_model(ChatSettings(model, SecretStr("k" * 20), KEY_PLACE))
    assert f"variable SSL_CERT_FILE points to {file}, which {says}" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("missing", "does not exist"),
        ("empty", "holds no certificates"),
        ("file", "cannot be read as a folder"),
    ],
)
def test_a_folder_of_certificates_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, says: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / name))
    with pytest.raises(ModelCertificatesUnusable, match=f"SSL_CERT_DIR points to .*{says}"):
        make_model(ChatSettings("openai:m", base_url=KEY_PLACE))
    make_model(ChatSettings("openai:m", base_url=AWAY))


def test_a_folder_with_hashed_certificates_can_be_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "5a7722fb.0").write_text("")
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    assert check_surroundings("OpenAI", is_https=True) is None


@pytest.mark.parametrize(
    ("variables", "address", "name"),
    [
        ({"HTTPS_PROXY": "p:1"}, "https://api.example.com", "HTTPS_PROXY"),
        ({"HTTPS_PROXY": "p:1"}, "http://api.example.com", ""),
        ({"ALL_PROXY": "p:1"}, "http://api.example.com", "ALL_PROXY"),
        ({"http_proxy": "p:1", "ALL_PROXY": "p:2"}, "http://api.example.com", "http_proxy"),
        ({"HTTPS_PROXY": "p:1", "NO_PROXY": "example.com"}, "https://api.example.com", ""),
        ({"HTTPS_PROXY": "p:1", "NO_PROXY": ".example.com"}, "https://api.example.com", ""),
        ({"HTTPS_PROXY": "p:1", "NO_PROXY": "ample.com"}, "https://api.example.com", "HTTPS_PROXY"),
    ],
)
def test_the_variable_is_known_through_whose_proxy_a_request_goes(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], address: str, name: str
) -> None:
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    assert proxy_for(address) == name
