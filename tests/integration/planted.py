"""Distinctive values for every secret setting, and where they have come out."""

import base64
import json
import secrets
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus

import psycopg
from psycopg import sql
from pydantic import SecretStr

from toggle_core.settings import Settings

SECRET = SecretStr | None

LOGIN = {
    "TOGGLE_OIDC_CLIENT_ID": "toggle",
    "TOGGLE_OIDC_METADATA_URL": "http://127.0.0.1:9/.well-known/openid-configuration",
    "TOGGLE_OIDC_REDIRECT_URI": "http://localhost:{port}/oauth2callback",
    "TOGGLE_OIDC_ALLOWED": "*",
}


def secret_variables() -> set[str]:
    """The variables of all settings that hold a secret."""
    fields = Settings.model_fields.values()
    return {str(field.validation_alias) for field in fields if field.annotation == SECRET}


def planted() -> dict[str, str]:
    """A secret for each of them, with characters that look different once they are escaped."""
    found = {name: f"{secrets.token_hex(8)}+/ä{secrets.token_hex(8)}=" for name in ALIKE}
    found |= {name: f"sk-{secrets.token_hex(16)}" for name in HEADERS}
    found["TOGGLE_WEBHOOK_SECRET"] = secrets.token_hex(16)
    found["TOGGLE_WEBHOOK_URL"] = secrets.token_hex(16)
    found["OTEL_EXPORTER_OTLP_HEADERS"] = secrets.token_hex(16)
    return found


HEADERS = {"OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "TOGGLE_API_KEY"}
"""Are sent in a header, so that they are of ASCII."""

ALIKE = {
    "DATABASE_URL",
    "DATABASE_DIRECT_URL",
    "DATABASE_PASSWORD",
    "TOGGLE_OIDC_CLIENT_SECRET",
    "TOGGLE_COOKIE_SECRET",
}


def variables(found: Mapping[str, str], *, database: str, hooks: str) -> dict[str, str]:
    """The environment of a process that has these secrets.

    Args:
        found: as :func:`planted` makes them.
        database: URL without a password.
        hooks: address of a server that webhooks are sent to.
    """
    with_password = {
        name: f"{database}&password={quote(found[name], safe='')}"
        for name in ("DATABASE_URL", "DATABASE_DIRECT_URL")
    }
    signed = base64.b64encode(found["TOGGLE_WEBHOOK_SECRET"].encode()).decode()
    return {
        **found,
        **with_password,
        "TOGGLE_WEBHOOK_SECRET": f"whsec_{signed}",
        "TOGGLE_WEBHOOK_URL": f"{hooks}/{found['TOGGLE_WEBHOOK_URL']}",
        "TOGGLE_WEBHOOK_ALLOW_PRIVATE": "1",
        "OTEL_EXPORTER_OTLP_HEADERS": f"authorization={found['OTEL_EXPORTER_OTLP_HEADERS']}",
    }


def forms(secret: str) -> Iterator[bytes]:
    """A secret as it is, and as it would look where it was escaped or encoded."""
    raw = secret.encode()
    yield raw
    yield raw.hex().encode()
    yield quote(secret, safe="").encode()
    yield quote_plus(secret).encode()
    yield json.dumps(secret)[1:-1].encode()
    yield repr(raw)[2:-1].encode()
    for offset in range(3):
        # What stands around it decides on the first and the last letters of Base64.
        encoded = base64.b64encode(b"\0" * offset + raw)
        middle = encoded[4 if offset else 0 : -4]
        yield middle
        yield middle.translate(bytes.maketrans(b"+/", b"-_"))


def leaks(places: Mapping[str, bytes], found: Mapping[str, str]) -> list[str]:
    """Which secret stands where.

    Args:
        places: what can be read, by a name.
        found: the secrets, by their variables.
    """
    return [
        f"{name} in {place}"
        for name, secret in found.items()
        for place, content in places.items()
        if any(form in content for form in forms(secret))
    ]


def tables(database: str) -> dict[str, bytes]:
    """Every table of a database, of all that are not Postgres' own, as Postgres keeps it."""
    found = {}
    with psycopg.connect(database) as connection:
        names = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, table in names:
            query = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(
                sql.Identifier(schema, table)
            )
            with connection.cursor().copy(query) as copy:
                found[f"table {table}"] = b"".join(map(bytes, copy))
    return found
