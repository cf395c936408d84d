"""The history of a run, with what several of its views are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from domain.run.events import HistoryEntry
from domain.run.summary import RunSummary, summary_of
from domain.views.calls import CallView, call_views
from domain.views.stages import StageView, stage_views


@dataclass(frozen=True)
class History:
    """The events of a run, one at least; each fold of them is made once, when it is asked for."""

    entries: Sequence[HistoryEntry]

    @cached_property
    def summary(self) -> RunSummary:
        """The line of the run list."""
        return summary_of(self.entries)

    @cached_property
    def calls(self) -> list[CallView]:
        """See `call_views`."""
        return call_views(self.entries)

    @cached_property
    def stages(self) -> list[StageView]:
        """See `stage_views`."""
        return stage_views(self.entries)
