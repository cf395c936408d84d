"""A principal: who asks, of which tenant, and with which rights."""

from dataclasses import dataclass
from enum import StrEnum

from domain.identity.rights import SCOPES_OF, Role, Scope


class PrincipalKind(StrEnum):
    """A person or a program with a key, who sits at this machine, or opstrail itself."""

    USER = "user"
    SERVICE = "service"
    LOCAL = "local"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks; `key_id` is the key that they showed, None where none was asked for.

    `scopes` are rights beside those that the roles come with.
    """

    kind: PrincipalKind
    id: str
    tenant_id: str
    roles: frozenset[Role] = frozenset()
    scopes: frozenset[Scope] = frozenset()
    key_id: str | None = None

    @property
    def rights(self) -> frozenset[Scope]:
        """All that the principal may do."""
        return self.scopes.union(*(SCOPES_OF[role] for role in self.roles))


def local_principal(name: str, tenant_id: str) -> Principal:
    """Return who sits at the machine that the database is on, who may do everything."""
    kind, roles = PrincipalKind.LOCAL, frozenset({Role.ADMIN})
    return Principal(kind=kind, id=name, tenant_id=tenant_id, roles=roles)
