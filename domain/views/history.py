"""The history of a run, with what several of its views are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from domain.run.clockwork import RunTime, run_time
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
    def time(self) -> RunTime:
        """How its time was divided."""
        return run_time(self.entries)

    @cached_property
    def calls(self) -> list[CallView]:
        """See `call_views`."""
        return call_views(self.entries, self.time)

    @property
    def last_calls(self) -> list[CallView]:
        """The calls, each as its last attempt left it, or as it was skipped since."""
        last = {call.call_id: call for call in sorted(self.calls, key=_began)}
        return list(last.values())

    @cached_property
    def stages(self) -> list[StageView]:
        """See `stage_views`."""
        return stage_views(self.entries, self.time)


def _began(call: CallView) -> int:
    return call.started_version
