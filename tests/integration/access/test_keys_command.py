"""The command ``keys``: a key is shown once, alone, and the list never shows one."""

import re
from collections.abc import Callable

import pytest

from tests.command_line import run_command
from tests.integration.sql import tell
from toggle_core.access.keys import list_keys, recognise
from toggle_core.errors import KeyRevoked
from toggle_core.settings import Settings
from toggle_core.store.database import Database
from toggle_core.words import Scope

Run = Callable[..., tuple[str, str]]


@pytest.fixture
def run(shared_database: Database, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process; returns what it wrote to standard output and error."""
    settings = Settings(_env_file=None, DATABASE_URL=shared_database.conninfo)

    def run(*arguments: str, code: int = 0) -> tuple[str, str]:
        assert run_command(settings, "keys", *arguments) == code
        said = capsys.readouterr()
        return said.out, said.err

    return run


def create(run: Run, *arguments: str) -> str:
    out, _ = run("create", *arguments)
    return out.strip()


def test_the_key_is_all_that_is_on_standard_output(run: Run, shared_database: Database) -> None:
    out, err = run("create", "--name", "ci", "--scope", "submit")
    assert re.fullmatch(r"ptk_[0-9a-f]{12}_[0-9a-f]{64}\n", out)
    found = recognise(shared_database, out.strip())
    assert (found.name, found.scope, found.expires_at) == ("ci", Scope.SUBMIT, None)
    assert out.strip() not in err
    assert "the only time it is shown" in err
    assert "until it is revoked" in err


def test_a_key_can_be_given_days(run: Run, shared_database: Database) -> None:
    _, err = run("create", "--name", "ci", "--scope", "read", "--expires", "30")
    [made] = list_keys(shared_database)
    assert made.expires_at is not None
    assert (made.expires_at - made.created_at).days == 30
    assert f"until {made.expires_at:%Y-%m-%d}." in err


def test_the_list_tells_everything_but_the_keys(run: Run, shared_database: Database) -> None:
    used = create(run, "--name", "in use", "--scope", "admin")
    recognise(shared_database, used)
    others = [create(run, "--name", name, "--scope", "read") for name in ("gone", "old")]
    by_name = {key.name: key for key in list_keys(shared_database)}
    run("revoke", by_name["gone"].id)
    tell(
        shared_database,
        "UPDATE api_keys SET created_at = '2026-01-01Z', expires_at = '2026-01-31Z'"
        " WHERE name = 'old'",
    )
    out, err = run("list")
    lines = {line.split()[0]: line for line in out.splitlines()}
    assert re.search(r"in use +admin .*\d\d:\d\d +in use", lines[by_name["in use"].id])
    assert re.search(r"gone +read .* never +revoked \d{4}", lines[by_name["gone"].id])
    assert re.search(r"old +read +2026-01-01 +never +expired 2026-01-31", lines[by_name["old"].id])
    for key in (used, *others):
        assert key.rpartition("_")[2] not in out + err


def test_a_list_without_keys_says_what_that_means(run: Run) -> None:
    assert run("list")[0].startswith("There are no keys.")


def test_a_name_of_any_kind_is_listed_as_it_is(run: Run) -> None:
    create(run, "--name", "[bold]ci[/bold] :rocket:", "--scope", "read")
    assert "[bold]ci[/bold] :rocket:" in run("list")[0]


def test_a_key_is_revoked_by_its_id(run: Run, shared_database: Database) -> None:
    key = create(run, "--name", "ci", "--scope", "read")
    [made] = list_keys(shared_database)
    out, _ = run("revoke", made.id)
    assert out == f"Key {made.id} (ci) is revoked.\n"
    with pytest.raises(KeyRevoked):
        recognise(shared_database, key)


def test_what_cannot_be_done_is_told(run: Run) -> None:
    create(run, "--name", "ci", "--scope", "read")
    _, taken = run("create", "--name", "ci", "--scope", "read", code=1)
    assert 'There is already a key named "ci"' in taken
    _, unknown = run("revoke", "ci", code=1)
    assert "There is no key with the id ci" in unknown


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("create",),
        ("create", "--name", "ci"),
        ("create", "--scope", "read"),
        ("create", "--name", "ci", "--scope", "everything"),
        ("create", "--name", "ci", "--scope", "read", "--expires", "0"),
        ("create", "--name", "ci", "--scope", "read", "--expires", "-1"),
        ("create", "--name", "ci", "--scope", "read", "--expires", "1e9"),
        ("create", "--name", "ci", "--scope", "read", "--expires", "3651"),
        ("revoke",),
    ],
)
def test_a_command_that_says_too_little_or_too_much_makes_nothing(
    run: Run, shared_database: Database, arguments: tuple[str, ...]
) -> None:
    run(*arguments, code=2)
    assert list_keys(shared_database) == []


def test_keys_help_lists_its_actions(run: Run) -> None:
    out, _ = run("--help")
    assert {"create", "list", "revoke"} <= set(out.split())
