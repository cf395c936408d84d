"""The operator log as people see it."""

from dataclasses import dataclass
from typing import Final

from domain.aggregate.envelope import RecordedEvent
from domain.identity.principal import PrincipalKind
from domain.identity.rights import Role
from domain.operator_log.entries import OPERATOR_LOG
from domain.views.json_form import View


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """Who asked for what, when (UTC), and whether they might; None is not said, or not so."""

    position: int
    at: str
    operation: str
    kind: PrincipalKind
    principal: str
    roles: tuple[Role, ...]
    face: str
    outcome: str
    key_id: str | None
    address: str | None
    request_id: str | None
    target: str | None
    reason: str | None
    error: str | None


AUDIT: Final[View[list[AuditLine]]] = View("audit", list[AuditLine])


def audit_line(recorded: RecordedEvent) -> AuditLine:
    """Return an entry. Raises `CorruptLog` when it cannot be read."""
    acted = OPERATOR_LOG.read(recorded).event
    return AuditLine(
        position=recorded.position,
        at=acted.at,
        operation=acted.operation,
        kind=acted.kind,
        principal=acted.principal,
        roles=tuple(acted.roles),
        face=acted.face,
        outcome=acted.outcome,
        key_id=acted.key_id or None,
        address=acted.address or None,
        request_id=acted.request_id or None,
        target=acted.target or None,
        reason=acted.reason or None,
        error=acted.error or None,
    )
