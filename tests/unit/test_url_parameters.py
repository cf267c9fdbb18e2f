"""An address made for another program is refused by the name of what is wrong with it."""

import pytest
from psycopg.conninfo import conninfo_to_dict

from toggle_core.errors import SettingRefused
from toggle_core.store.database import conninfo_of

ADDRESS = "postgresql://u:secret@db.example.com:6543/app"

REFUSED = {
    "?pgbouncer=true": (
        '"pgbouncer": take it out; if the address leads to PgBouncer, set DATABASE_DIRECT_URL to '
        "Postgres itself"
    ),
    "?schema=public": (
        '"schema": take it out; to use another schema than public, write '
        "options=-csearch_path%3DNAME instead"
    ),
    "?sslmode=require&supa=base-pooler.x": '"supa": take it out',
    "?connection_limit=1&pool_timeout=0": '"connection_limit", "pool_timeout": take them out',
    "?ssl=require": '"ssl": take it out; write sslmode=require instead',
    "?statement_cache_size=0&pgbouncer=true": '"statement_cache_size", "pgbouncer": take them out',
    "?charset=utf8": '"charset": take it out; the app always uses UTF-8',
    "?pgbouncer": '"pgbouncer": take it out',
}


@pytest.mark.parametrize(("query", "words"), REFUSED.items(), ids=REFUSED)
def test_unknown_parameter_is_named_with_what_to_do(query: str, words: str) -> None:
    with pytest.raises(SettingRefused) as refused:
        conninfo_of(f"{ADDRESS}{query}")
    sentence = str(refused.value)
    assert sentence.startswith(
        "The setting DATABASE_URL cannot be used: Postgres does not know the parameter"
    )
    assert words in sentence
    assert "secret" not in sentence


def test_setting_that_holds_the_address_is_named() -> None:
    with pytest.raises(SettingRefused, match="The setting DATABASE_DIRECT_URL cannot"):
        conninfo_of(f"{ADDRESS}?pgbouncer=true", setting="DATABASE_DIRECT_URL")


def test_question_mark_in_a_password_begins_no_parameters() -> None:
    with pytest.raises(SettingRefused, match='the parameter "schema"') as refused:
        conninfo_of("postgresql://u:se?cret=1@db.example.com:6543/app?schema=public")
    assert "cret" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:secret@db.example.com/app",
        "db.example.com",
        "postgresql://u@db.example.com/app?password=se@cret&schema=secret",
        "postgresql://u:secret@[::1/app",
    ],
)
def test_address_that_cannot_be_read_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(SettingRefused, match="it is not an address such as") as refused:
        conninfo_of(url)
    assert "secret" not in str(refused.value)
    assert "word=" not in str(refused.value)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ssl=true", {"sslmode": "require"}),
        ("channel_binding=require&sslmode=require", {"channel_binding": "require"}),
        ("options=-csearch_path%3Dmine", {"options": "-csearch_path=mine"}),
        ("target_session_attrs=read-write", {"target_session_attrs": "read-write"}),
    ],
)
def test_parameter_that_postgres_knows_is_passed_on(query: str, expected: dict[str, str]) -> None:
    parts = conninfo_to_dict(conninfo_of(f"{ADDRESS}?{query}"))
    assert expected.items() <= parts.items()
