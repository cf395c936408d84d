"""A preview: what a replay would call, shown before anything is called or recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from domain.run.call_events import AnsweredBy
from domain.views.json_form import View

PreviewedAnswer = Literal["recorded", "live", "patched", "blocked"]
ANSWERS: Final[Mapping[AnsweredBy, PreviewedAnswer]] = {
    "record": "recorded",
    "live": "live",
    "patch": "patched",
    "blocked": "blocked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedCall:
    """A call that would be made, and who would answer it.

    `waits_for` is the call whose answer decides whether this one is made, and is not known yet.
    """

    call_id: str
    tool: str
    operation: str
    answer: PreviewedAnswer
    waits_for: str | None

    @property
    def answered_by(self) -> AnsweredBy:
        """Who would answer, in the word that events use."""
        return next(by for by, answer in ANSWERS.items() if answer == self.answer)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a replay would do; `is_planned_anew` says that the planner would be asked, too.

    `outside_calls` counts the calls that would go out, as far as that is known.
    """

    outside_calls: int
    is_planned_anew: bool
    calls: tuple[PreviewedCall, ...]


PREVIEW: Final[View[Preview]] = View("preview", Preview)


def sentences_of(preview: Preview) -> list[str]:
    """Return what a preview comes to, in sentences."""
    count = preview.outside_calls
    lines = [f"{count} outside call{'' if count == 1 else 's'}; nothing was called or recorded."]
    if preview.is_planned_anew:
        lines.append(
            "The planner will be asked; the calls are those of the plan that is on record."
        )
    return lines
