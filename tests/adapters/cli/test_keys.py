"""`opstrail key` and `opstrail audit`: who may ask, and who asked for what."""

from typing import Any

import pytest

from adapters.bootstrap import open_service
from domain.identity.principal import Principal
from domain.identity.rights import Role, Scope
from tests.adapters.cli.command import Command
from tests.adapters.cli.test_logs import tamper

WHY = ("--why", "on call")


def made(opstrail: Command, *options: str) -> Any:  # noqa: ANN401 - tests look into it
    return opstrail("key", "create", "ada", "--role", "viewer", *options, *WHY, "-o", "json").json


def principal_of(opstrail: Command, text: str) -> Principal | None:
    with open_service(f"sqlite:///{opstrail.database}") as service:
        return service.identity.keys.principal_of(text)


def test_who_shows_a_key_is_its_principal_in_its_tenant(opstrail: Command) -> None:
    key = made(opstrail, "--scope", "audit:read")
    who = principal_of(opstrail, key["key"])
    assert who is not None
    assert (who.id, who.tenant_id, who.roles, who.scopes) == (
        *("ada", opstrail.tenant, frozenset({Role.VIEWER})),
        frozenset({Scope.AUDIT_READ}),
    )


def test_a_key_is_shown_once(opstrail: Command) -> None:
    secret = made(opstrail)["key"].rpartition("_")[2]
    kept = opstrail.database.read_bytes()
    assert secret not in opstrail("key", "list", "-o", "json").out
    assert secret.encode() not in kept


def test_a_revoked_key_is_of_nobody(opstrail: Command) -> None:
    key = made(opstrail)
    opstrail("key", "revoke", key["line"]["key_id"], *WHY)
    assert principal_of(opstrail, key["key"]) is None


def test_a_rotated_key_has_another_secret(opstrail: Command) -> None:
    key = made(opstrail)
    rotated = opstrail("key", "rotate", key["line"]["key_id"], *WHY, "-o", "json").json
    texts = (key["key"], rotated["key"])
    assert [principal_of(opstrail, text) is None for text in texts] == [True, False]


def test_when_a_key_was_used_is_listed(opstrail: Command) -> None:
    principal_of(opstrail, made(opstrail)["key"])
    (line,) = opstrail("key", "list", "-o", "json").json
    assert line["last_used_at"] is not None


def test_a_key_of_another_tenant_is_as_one_that_is_not_there(opstrail: Command) -> None:
    key_id = made(opstrail)["line"]["key_id"]
    ended = opstrail("--tenant", "other", "key", "revoke", key_id, *WHY)
    unknown = opstrail("--tenant", "other", "key", "revoke", "0" * 12, *WHY)
    assert ended.code == unknown.code == 4
    assert ended.err.replace(key_id, "0" * 12) == unknown.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--role", "king"), "'viewer', 'operator', 'auditor' or 'admin'"),
        ((), "give a role or a scope"),
        (("--role", "viewer", "--expires", "soon"), "'soon' is no time"),
        (("--role", "viewer", "--expires", "2020-01-01T00:00Z"), "expired already"),
    ],
)
def test_what_is_no_key_is_refused_with_what_is_allowed(
    opstrail: Command, options: tuple[str, ...], told: str
) -> None:
    ended = opstrail("key", "create", "ada", *options, *WHY)
    assert ended.code == 2
    assert told in ended.err


def test_a_session_lasts_as_long_as_its_key(opstrail: Command) -> None:
    key = made(opstrail)
    with open_service(f"sqlite:///{opstrail.database}") as service:
        sessions = service.identity.sessions
        begun = sessions.log_in(key["key"])
        assert begun is not None
        before = sessions.principal_of(begun.token)
        opstrail("key", "revoke", key["line"]["key_id"], *WHY)
        assert (before and before.id, sessions.principal_of(begun.token)) == ("ada", None)


def test_who_logs_out_is_nobody(opstrail: Command) -> None:
    key = made(opstrail)
    with open_service(f"sqlite:///{opstrail.database}") as service:
        sessions = service.identity.sessions
        begun = sessions.log_in(key["key"])
        assert begun is not None
        sessions.log_out(begun.token)
        assert sessions.principal_of(begun.token) is None


def test_commands_are_on_record_with_who_what_and_why(opstrail: Command) -> None:
    key_id = made(opstrail)["line"]["key_id"]
    (entry,) = opstrail("audit", "-o", "json").json
    assert (entry["operation"], entry["target"], entry["reason"], entry["face"]) == (
        *("key.create", f"key-{key_id}", "on call"),
        "cli",
    )


def test_a_command_that_failed_is_on_record_with_its_error(opstrail: Command) -> None:
    made(opstrail)
    opstrail("run", "cancel", "nothing", "--reason", "why")
    (entry, _) = opstrail("audit", "-o", "json").json
    assert (entry["target"], entry["error"]) == ("nothing", "NotFound")


def test_reads_are_on_record_where_that_is_set(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(opstrail)
    opstrail("key", "list")
    monkeypatch.setenv("OPSTRAIL_AUDIT_READS", "1")
    opstrail("run", "list")
    monkeypatch.delenv("OPSTRAIL_AUDIT_READS")
    entries = opstrail("audit", "-o", "json").json
    assert [each["operation"] for each in entries] == ["run.list", "key.create"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("operation = run.cancel", ["run.cancel"]),
        ("operation ~ CREATE", ["key.create"]),
        ("error = none", ["key.create"]),
        ("error != NotFound", ["key.create"]),
        ("NOT reason ~ call", ["run.cancel"]),
        ("at > -1h AND kind = local", ["run.cancel", "key.create"]),
        ("key_id != none", []),
    ],
)
def test_a_filter_finds_entries(opstrail: Command, query: str, found: list[str]) -> None:
    made(opstrail)
    opstrail("run", "cancel", "nothing", "--reason", "why")
    entries = opstrail("audit", "-q", query, "-o", "json").json
    assert [each["operation"] for each in entries] == found


def test_entries_of_another_tenant_are_not_seen(opstrail: Command) -> None:
    made(opstrail)
    assert opstrail("--tenant", "other", "audit", "-o", "json").json == []


def test_a_changed_entry_is_doubted(opstrail: Command) -> None:
    made(opstrail)
    tamper(opstrail.database, "UPDATE events SET data = replace(data, 'on call', 'off call')")
    ended = opstrail("audit")
    assert (ended.code, "position 1 is not what was written" in ended.err) == (1, True)
