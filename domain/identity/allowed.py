"""Whether a principal may do something: the one place that says so."""

from dataclasses import dataclass
from enum import StrEnum

from domain.identity.principal import Principal
from domain.identity.rights import SCOPES_OF, Scope


class DenialCode(StrEnum):
    """Why something is not allowed, as it is recorded.

    What is of another tenant is answered as if it were not there.
    """

    OTHER_TENANT = "other-tenant"
    SCOPE_MISSING = "scope-missing"
    ALL_TENANTS = "all-tenants"


@dataclass(frozen=True, slots=True)
class Denial:
    """Something is not allowed; `sentence` tells what would be needed."""

    code: DenialCode
    sentence: str


def allowed(principal: Principal, scope: Scope, tenant_id: str) -> Denial | None:
    """Return why the principal may not do what needs the scope in the tenant, None if they may."""
    if principal.tenant_id != tenant_id:
        return Denial(DenialCode.OTHER_TENANT, "it is of another tenant")
    if scope not in principal.rights:
        roles = ", ".join(role for role, scopes in SCOPES_OF.items() if scope in scopes)
        return Denial(DenialCode.SCOPE_MISSING, f"{scope} is needed; roles that have it: {roles}")
    return None
