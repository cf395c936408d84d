"""The estate as faces show it: what was written to it, and what is in it."""

from dataclasses import dataclass
from typing import Final

from domain.estate.queries import EstateSummary
from domain.views.json_form import View


@dataclass(frozen=True, slots=True)
class EstateLoad:
    """What was written to the estate: where it came from, and how many records of each kind."""

    source: str
    counts: dict[str, int]


ESTATE_LOAD: Final[View[EstateLoad]] = View("estate-load", EstateLoad)
ESTATE_SUMMARY: Final[View[EstateSummary]] = View("estate-summary", EstateSummary)
