"""An ablation: what becomes of the answer when one recorded result is replaced by another."""

from dataclasses import dataclass
from typing import Final, Literal

from domain.views.json_form import View

Replacement = Literal["empty", "error", "stale"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ablated:
    """What came of the run with one result replaced.

    `effect` is unknown when a call would then be made that is not on the record: `missing` names
    it. A run that fails has no `answer`, and its `error` says why.
    """

    call_id: str
    replacement: Replacement
    effect: Literal["same", "flips", "unknown"]
    answer: str | None = None
    error: str | None = None
    missing: str | None = None


ABLATION: Final[View[list[Ablated]]] = View("ablation", list[Ablated])
