"""What principals may do follows from their roles, scopes and tenant alone."""

import pytest

from domain.identity.allowed import DenialCode, allowed
from domain.identity.principal import Principal, PrincipalKind, local_principal
from domain.identity.rights import SCOPES_OF, Role, Scope


def somebody(*roles: Role, scopes: frozenset[Scope] = frozenset()) -> Principal:
    kind, named = PrincipalKind.USER, frozenset(roles)
    return Principal(kind=kind, id="ada", tenant_id="acme", roles=named, scopes=scopes)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("scope", Scope)
def test_a_role_allows_its_scopes_and_no_other(role: Role, scope: Scope) -> None:
    assert (allowed(somebody(role), scope, "acme") is None) == (scope in SCOPES_OF[role])


def test_scopes_add_to_what_roles_allow() -> None:
    reader = somebody(Role.VIEWER, scopes=frozenset({Scope.PAYLOADS_READ}))
    assert reader.rights == {Scope.RUNS_READ, Scope.PAYLOADS_READ}


def test_nothing_of_another_tenant_is_allowed_to_anybody() -> None:
    denials = [allowed(somebody(Role.ADMIN), scope, "other") for scope in Scope]
    assert {denial and denial.code for denial in denials} == {DenialCode.OTHER_TENANT}


def test_who_has_no_role_may_do_nothing() -> None:
    assert all(allowed(somebody(), scope, "acme") for scope in Scope)


def test_a_denial_tells_which_roles_would_do() -> None:
    denial = allowed(somebody(Role.VIEWER), Scope.AUDIT_READ, "acme")
    assert denial is not None
    assert denial.sentence == "audit:read is needed; roles that have it: auditor, admin"


def test_who_sits_at_the_machine_may_do_everything() -> None:
    assert local_principal("ada", "acme").rights == set(Scope)
