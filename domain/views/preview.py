"""A preview: what a replay would call, shown before anything is called or recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from domain.figures import whole_sum
from domain.run.call_events import AnsweredBy
from domain.views.json_form import View

PreviewedAnswer = Literal["recorded", "live", "patched", "blocked", "needs approval"]
ANSWERS: Final[Mapping[AnsweredBy, PreviewedAnswer]] = {
    "record": "recorded",
    "live": "live",
    "patch": "patched",
    "blocked": "blocked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedCall:
    """A call that would be made, and who would answer it, or that a person must allow it first.

    `waits_for` is the call whose answer, which is not known yet, decides whether this one is made,
    and who answers it.
    """

    call_id: str
    tool: str
    operation: str
    answer: PreviewedAnswer
    waits_for: str | None

    @property
    def answered_by(self) -> AnsweredBy:
        """Who would answer, in the word that events use."""
        return next((by for by, answer in ANSWERS.items() if answer == self.answer), "live")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a replay would do.

    `outside_calls` counts the calls that would go out, at most: some are made only if others
    answer so. `planner` is who would make a plan first: then nobody knows the calls, and it is
    None.
    """

    outside_calls: int | None
    planner: str | None
    calls: tuple[PreviewedCall, ...]

    @property
    def is_planned_anew(self) -> bool:
        """Whether a planner would be asked."""
        return self.planner is not None


_NOTHING: Final = "Nothing was called or recorded."
PREVIEW: Final[View[Preview]] = View("preview", Preview)


def sentences_of(preview: Preview) -> list[str]:
    """Return what a preview comes to, in sentences."""
    if preview.planner is not None:
        asked = f"Planner {preview.planner} will be asked for a plan."
        return [f"{asked} Its calls are not known beforehand.", _NOTHING]
    count = preview.outside_calls
    waiting = whole_sum(call.waits_for is not None for call in preview.calls)
    told = f"{count} outside call{'' if count == 1 else 's'}"
    open_ended = f" at most: {waiting} of them only if others answer so" if waiting else ""
    needy = whole_sum(call.answer == "needs approval" for call in preview.calls)
    allowed = f", {needy} of them once a person allows it" if needy else ""
    return [f"{told}{open_ended}{allowed}.", _NOTHING]
