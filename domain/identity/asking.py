"""From where somebody asks, and as whom."""

from dataclasses import dataclass

from domain.aggregate.envelope import Actor
from domain.identity.principal import Principal, PrincipalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A principal at a face, such as "cli" or "http"; reads may be on the record, too."""

    principal: Principal
    face: str
    records_reads: bool
    address: str | None = None
    request_id: str | None = None

    @property
    def actor(self) -> Actor:
        """Who that is in events."""
        who = self.principal
        return Actor("service" if who.kind is PrincipalKind.SERVICE else "person", who.id)
