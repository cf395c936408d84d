"""A lost run: it is under way, but the process that carried it out is gone."""

from dataclasses import dataclass
from typing import Final

from domain.views.json_form import View


@dataclass(frozen=True, slots=True, kw_only=True)
class LostRun:
    """A run whose worker is lost; `worker` is None when none had begun it."""

    run: str
    state: str
    question: str
    worker: str | None
    why: str


LOST_RUNS: Final[View[list[LostRun]]] = View("lost-runs", list[LostRun])
