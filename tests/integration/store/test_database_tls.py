"""What DATABASE_URL says of TLS reaches libpq, on a server that has TLS and on one that has not."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.integration.external_postgres import PASSWORD, Server, programs_of, running
from toggle_core.errors import DatabaseUnreachable
from toggle_core.store.database import check_server, conninfo_of, open_database


@dataclass(frozen=True)
class Certificate:
    """A certificate that vouches for itself, and its key; both PEM files."""

    certificate: Path
    key: Path


def new_certificate(folder: Path, name: str) -> Certificate:
    made = Certificate(folder / f"{name}.crt", folder / f"{name}.key")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", made.key, "-out", made.certificate),
        ],
        check=True,
        capture_output=True,
    )
    return made


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """For localhost."""
    return new_certificate(tmp_path_factory.mktemp("tls"), "server")


@pytest.fixture(scope="module")
def secured(certificate: Certificate) -> Iterator[Server]:
    """A server that can speak TLS: Debian's; those of the wheel are built without it."""
    files = {
        "server.crt": certificate.certificate.read_text(),
        "server.key": certificate.key.read_text(),
    }
    with running(programs_of(15), "ssl=on", files=files) as server:
        yield server


@pytest.fixture(scope="module")
def plain() -> Iterator[Server]:
    """A server without TLS."""
    with running(programs_of(18)) as server:
        yield server


def conninfo(server: Server, **parameters: object) -> str:
    """As a person writes it: the parameters after a question mark, and a name, not a number."""
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    return conninfo_of(f"{server.url}?{query}".replace("127.0.0.1", "localhost"), PASSWORD)


def uses_tls(address: str) -> bool:
    database = open_database(address)
    try:
        with database.begin() as connection:
            sql = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            return bool(connection.execute(sql).scalar_one())
    finally:
        database.close()


def test_a_server_that_proves_who_it_is_is_spoken_to_by_tls(
    secured: Server, certificate: Certificate
) -> None:
    address = conninfo(secured, sslmode="verify-full", sslrootcert=certificate.certificate)
    check_server(address)
    assert uses_tls(address)


def test_tls_is_not_used_where_the_address_forbids_it(secured: Server) -> None:
    assert not uses_tls(conninfo(secured, sslmode="disable"))


def test_a_server_with_another_certificate_is_refused(secured: Server, tmp_path: Path) -> None:
    other = new_certificate(tmp_path, "other").certificate
    with pytest.raises(DatabaseUnreachable, match="certificate verify failed"):
        check_server(conninfo(secured, sslmode="verify-full", sslrootcert=other))


def test_a_server_without_tls_is_refused_where_the_address_asks_for_it(plain: Server) -> None:
    with pytest.raises(DatabaseUnreachable) as refused:
        check_server(conninfo(plain, sslmode="require"))
    sentence = str(refused.value)
    assert sentence.startswith(f"Postgres at localhost:{plain.port} cannot be reached: ")
    assert "server does not support SSL, but SSL was required" in sentence
    assert "\n" not in sentence


def test_a_wrong_password_is_told_without_showing_it(plain: Server) -> None:
    with pytest.raises(DatabaseUnreachable, match="password authentication failed") as refused:
        check_server(conninfo_of(plain.url, "not the word"))
    assert "not the word" not in str(refused.value)
