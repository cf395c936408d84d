"""From where somebody asks, and as whom."""

from dataclasses import dataclass

from domain.identity.principal import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A principal at a face, such as "cli" or "http"; reads may be on the record, too."""

    principal: Principal
    face: str
    records_reads: bool
    address: str | None = None
    request_id: str | None = None
