"""Keys of the API: shown once, kept as a digest, recognised until they are revoked or expire."""

import hmac
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from tests.integration.sql import ask, tell
from toggle_core.access.keys import any_key, create_key, list_keys, recognise, revoke_key
from toggle_core.errors import (
    KeyExpired,
    KeyNameRefused,
    KeyNameTaken,
    KeyNotFound,
    KeyRevoked,
    KeyUnknown,
)
from toggle_core.store.database import Database
from toggle_core.words import Scope


def last_used(database: Database) -> datetime | None:
    found: datetime | None = list_keys(database)[0].last_used_at
    return found


def test_a_key_has_a_form_that_scanners_know_and_256_random_bits(shared_database: Database) -> None:
    _, first = create_key(shared_database, "first", Scope.READ)
    _, second = create_key(shared_database, "second", Scope.READ)
    form = re.compile(r"ptk_([0-9a-f]{12})_([0-9a-f]{64})")
    one, other = form.fullmatch(first), form.fullmatch(second)
    assert one
    assert other
    assert not set(one.groups()) & set(other.groups())


def test_a_key_is_recognised_by_what_was_shown(shared_database: Database) -> None:
    made, key = create_key(shared_database, " ci \n bot ", Scope.SUBMIT)
    found = recognise(shared_database, key)
    assert (found.id, found.name, found.scope) == (made.id, "ci bot", Scope.SUBMIT)
    assert found.expires_at is None


def test_the_database_holds_its_digest_and_nothing_that_opens(shared_database: Database) -> None:
    made, key = create_key(shared_database, "ci", Scope.ADMIN)
    recognise(shared_database, key)
    [row] = ask(shared_database, "SELECT * FROM api_keys")
    assert row["digest"] == sha256(key.encode()).digest()
    secret = key.removeprefix(f"ptk_{made.id}_")
    [dump] = ask(shared_database, "SELECT api_keys::text AS text FROM api_keys")
    assert secret not in dump["text"]
    assert bytes.fromhex(secret) not in row["digest"]
    assert secret not in repr(made)


@pytest.mark.parametrize("length", [0, 4, 16, 17, 50, 80, 82])
def test_a_part_of_a_key_or_more_than_it_is_none(shared_database: Database, length: int) -> None:
    _, key = create_key(shared_database, "ci", Scope.READ)
    with pytest.raises(KeyUnknown):
        recognise(shared_database, (key + "0")[:length])


@pytest.mark.parametrize("place", [0, 5, 15, 16, 17, 40, 80])
def test_a_key_with_another_character_is_none(shared_database: Database, place: int) -> None:
    _, key = create_key(shared_database, "ci", Scope.READ)
    other = "1" if key[place] == "0" else "0"
    with pytest.raises(KeyUnknown):
        recognise(shared_database, key[:place] + other + key[place + 1 :])


@pytest.mark.parametrize("key", ["ptk_' OR '1'='1", "ptk_\x00", "ptk_" + "é" * 77, "\ud800"])
def test_what_is_no_key_does_not_reach_the_database(shared_database: Database, key: str) -> None:
    with pytest.raises(KeyUnknown):
        recognise(shared_database, key)


def test_a_key_written_in_capitals_is_none(shared_database: Database) -> None:
    _, key = create_key(shared_database, "ci", Scope.READ)
    with pytest.raises(KeyUnknown):
        recognise(shared_database, key.upper())


def test_every_key_is_compared_in_constant_time_whether_it_exists_or_not(
    shared_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[bytes, bytes]] = []
    compare = hmac.compare_digest

    def noted(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", noted)
    _, key = create_key(shared_database, "ci", Scope.READ)
    unknown = f"ptk_000000000000_{'0' * 64}"
    recognise(shared_database, key)
    with pytest.raises(KeyUnknown):
        recognise(shared_database, unknown)
    digest = sha256(key.encode()).digest()
    assert compared == [(digest, digest), (sha256(unknown.encode()).digest(), bytes(32))]


def test_a_revoked_key_opens_nothing_and_says_why(shared_database: Database) -> None:
    made, key = create_key(shared_database, "ci", Scope.READ)
    revoked = revoke_key(shared_database, made.id)
    assert revoked.revoked_at is not None
    with pytest.raises(KeyRevoked, match='"ci" was revoked'):
        recognise(shared_database, key)
    assert revoke_key(shared_database, made.id).revoked_at == revoked.revoked_at


def test_who_has_no_such_key_is_not_told_that_it_was_revoked(shared_database: Database) -> None:
    made, key = create_key(shared_database, "ci", Scope.READ)
    revoke_key(shared_database, made.id)
    with pytest.raises(KeyUnknown):
        recognise(shared_database, key[:-1] + ("1" if key[-1] == "0" else "0"))


def test_a_key_that_does_not_exist_cannot_be_revoked(shared_database: Database) -> None:
    with pytest.raises(KeyNotFound, match="no key with the id 000000000000"):
        revoke_key(shared_database, "000000000000")


def test_a_key_expires(shared_database: Database) -> None:
    made, key = create_key(shared_database, "ci", Scope.READ, lifetime=timedelta(days=30))
    assert made.expires_at == made.created_at + timedelta(days=30)
    assert recognise(shared_database, key).expires_at == made.expires_at
    tell(shared_database, "UPDATE api_keys SET created_at = now() - interval '31 days'")
    tell(shared_database, "UPDATE api_keys SET expires_at = now()")
    with pytest.raises(KeyExpired, match='"ci" has expired'):
        recognise(shared_database, key)


def test_the_last_use_is_noted_but_not_with_every_use(shared_database: Database) -> None:
    _, key = create_key(shared_database, "ci", Scope.READ)
    assert last_used(shared_database) is None
    recognise(shared_database, key)
    first = last_used(shared_database)
    assert first is not None
    assert datetime.now(UTC) - first < timedelta(minutes=1)
    for _ in range(3):
        recognise(shared_database, key)
    assert last_used(shared_database) == first
    tell(shared_database, "UPDATE api_keys SET last_used_at = now() - interval '61 seconds'")
    recognise(shared_database, key)
    again = last_used(shared_database)
    assert again is not None
    assert again >= first


def test_of_many_uses_at_once_one_is_written(shared_database: Database) -> None:
    _, key = create_key(shared_database, "ci", Scope.READ)
    [before] = ask(shared_database, "SELECT xmin::text FROM api_keys")
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: recognise(shared_database, key), range(40)))
    assert len(found) == 40
    [after] = ask(shared_database, "SELECT xmin::text, last_used_at FROM api_keys")
    assert after["xmin"] != before["xmin"]
    recognise(shared_database, key)
    assert ask(shared_database, "SELECT xmin::text, last_used_at FROM api_keys") == [after]


def test_a_refused_key_is_not_noted_as_used(shared_database: Database) -> None:
    made, key = create_key(shared_database, "ci", Scope.READ)
    revoke_key(shared_database, made.id)
    with pytest.raises(KeyRevoked):
        recognise(shared_database, key)
    assert last_used(shared_database) is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "bell \x07", "half \ud800", "nul \x00"])
def test_a_name_that_nobody_can_read_is_refused(shared_database: Database, name: str) -> None:
    with pytest.raises(KeyNameRefused, match="1 to 80 characters"):
        create_key(shared_database, name, Scope.READ)
    assert not any_key(shared_database)


def test_two_keys_in_use_have_two_names(shared_database: Database) -> None:
    made, _ = create_key(shared_database, "ci", Scope.READ)
    with pytest.raises(KeyNameTaken, match='already a key named "ci"'):
        create_key(shared_database, "ci", Scope.ADMIN)
    revoke_key(shared_database, made.id)
    successor, _ = create_key(shared_database, "ci", Scope.ADMIN)
    assert [key.id for key in list_keys(shared_database)] == [successor.id, made.id]


def test_a_key_that_was_ever_made_counts(shared_database: Database) -> None:
    assert not any_key(shared_database)
    made, _ = create_key(shared_database, "ci", Scope.READ)
    assert any_key(shared_database)
    revoke_key(shared_database, made.id)
    assert any_key(shared_database)
