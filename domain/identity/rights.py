"""What can be allowed: scopes, and the roles that come with some of them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """What a caller must be allowed to do."""

    RUNS_READ = "runs:read"
    RUNS_WRITE = "runs:write"
    REPLAY_LIVE = "replay:live"
    EFFECTS_APPROVE = "effects:approve"
    PAYLOADS_READ = "payloads:read"
    ESTATE_WRITE = "estate:write"
    ASSETS_PUBLISH = "assets:publish"
    AUDIT_READ = "audit:read"
    KEYS_ADMIN = "keys:admin"
    ERASE = "erase"


class Role(StrEnum):
    """What somebody is to opstrail."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMIN = "admin"


SCOPES_OF: Final[Mapping[Role, frozenset[Scope]]] = {
    Role.VIEWER: frozenset({Scope.RUNS_READ}),
    Role.OPERATOR: frozenset(
        {
            Scope.RUNS_READ,
            Scope.RUNS_WRITE,
            Scope.REPLAY_LIVE,
            Scope.EFFECTS_APPROVE,
            Scope.PAYLOADS_READ,
            Scope.ESTATE_WRITE,
        }
    ),
    Role.AUDITOR: frozenset({Scope.RUNS_READ, Scope.PAYLOADS_READ, Scope.AUDIT_READ}),
    Role.ADMIN: frozenset(Scope),
}
"""What each role may do."""
