"""Sources outside as faces show them, and who tries them."""

from dataclasses import dataclass
from typing import Final, Protocol

from domain.views.json_form import View


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A named source after one harmless try; `problem` is None when it answered.

    `url` names its secret, and does not hold it.
    """

    name: str
    kind: str
    url: str
    problem: str | None
    duration_ms: float


class TriesSources(Protocol):
    """Tries sources outside."""

    async def __call__(self, tenant_id: str) -> list[SourceState]:
        """Return the sources that the tenant may use, each tried."""


SOURCES: Final[View[list[SourceState]]] = View("sources", list[SourceState])
