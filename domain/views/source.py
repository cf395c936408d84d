"""Sources outside as faces show them, and who tries them."""

from dataclasses import dataclass
from typing import Final

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


SOURCES: Final[View[list[SourceState]]] = View("sources", list[SourceState])
