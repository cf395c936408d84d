"""Recorded calls that are found again by what they asked."""

from collections.abc import Callable, Iterable
from itertools import chain

from domain.plan.planned_call import PlannedCall
from domain.replay.record.recorded_call import RecordedCall
from domain.run.call_events import ToolCallStarted
from domain.stages.sources import CallRequest

Similar = Callable[[ToolCallStarted, CallRequest], bool]
"""Says whether a recorded call asked so much the same that its answer is meant."""


class Recordings:
    """The recorded calls that nobody has asked for yet.

    A call is found by its label (the digest of tool, operation and parameters), never by its
    place; of several with one label that of the same call id, and of those the first. That of
    another id is found only where no call of that id is expected that asks the same: it may yet.
    """

    def __init__(self, calls: Iterable[RecordedCall]) -> None:
        self._by_label: dict[str, list[RecordedCall]] = {}
        self._expected: dict[str, PlannedCall] = {}
        for call in calls:
            self._by_label.setdefault(call.started.label, []).append(call)

    def expect(self, calls: Iterable[PlannedCall]) -> None:
        """Keep for these calls what is recorded of them."""
        self._expected = {call.call_id: call for call in calls}

    def take(
        self, request: CallRequest, is_similar: Similar = lambda *_: False
    ) -> RecordedCall | None:
        """Return what `find` does, which then is taken."""
        found = self.find(request, is_similar)
        if found is not None:
            self._by_label[found.started.label].remove(found)
        return found

    def find(
        self, request: CallRequest, is_similar: Similar = lambda *_: False
    ) -> RecordedCall | None:
        """Return the recorded call, None when there is none (left).

        Without one, the first of this id and operation whose question is similar.
        """
        left = self._by_label.get(request.label, [])
        own = [call for call in left if call.started.call_id == request.call_id]
        free = (call for call in left if not self._is_expected(call.started))
        return next(iter(own or free), None) or self._similar(request, is_similar)

    def _is_expected(self, begun: ToolCallStarted) -> bool:
        """Return whether a call of this id may ask the same, of whatever tool."""
        call = self._expected.get(begun.call_id.partition("@")[0])
        if call is None or call.operation != begun.operation:
            return False
        return bool(call.output_mapping) or call.params == begun.params

    def _similar(self, request: CallRequest, is_similar: Similar) -> RecordedCall | None:
        asked = (request.call_id, request.tool, request.operation)
        for call in chain.from_iterable(self._by_label.values()):
            begun = call.started
            is_same_call = (begun.call_id, begun.tool, begun.operation) == asked
            if is_same_call and is_similar(begun, request):
                return call
        return None
