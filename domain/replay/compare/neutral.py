"""A run as it is compared: without what differs whenever the same is asked again.

Relative times move with the time of asking, so the bounds of a call's window, and the ids of
references that stand for a query over it, are replaced by what they mean.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from msgspec import convert, to_builtins
from msgspec.structs import replace

from domain.figures import figure
from domain.json import JsonMap
from domain.replay.compare.counted_events import CALL_EVENTS
from domain.replay.compare.ignore_rules import IgnoreRules
from domain.replay.compare.json_difference import plain_numbers, sorted_text
from domain.run.call_events import ToolCallSkipped, ToolCallStarted, ToolCallSucceeded
from domain.run.events import PlanProduced, ResponseComposed, RunEvent
from domain.run.replanning import ReplanRequested

_ASKS_FOR_ORDER: Final = frozenset({"sort", "order_by", "ascending", "top_n"})
"""Parameters of a call that asks for its rows in an order."""


class NeutralRun:
    """The events and values of one run, made comparable."""

    def __init__(
        self,
        events: Sequence[RunEvent],
        rules: IgnoreRules,
        *,
        erased: frozenset[str],
        names: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Learn what the values that move with the time of asking mean.

        Of results that were erased in either run only their digests can be compared. `names` are
        the ids that the calls have in the other run, where they are others.
        """
        self._events, self._rules, self._erased, self._names = events, rules, erased, names
        self._started = {
            each.call_id: each for each in events if isinstance(each, ToolCallStarted)
        }
        self._meanings = {**_window_bounds(self._started.values()), **_query_ids(events, names)}

    def events(self) -> list[RunEvent]:
        """Return the events in which only what counts can differ."""
        return [self._renamed(self._event(event)) for event in self._events]

    def params(self, tool: str, params: JsonMap) -> JsonMap:
        """Return the parameters of a call without what is ignored."""
        kept: JsonMap = self._meaning(self._rules.kept(params, tool=tool))
        return kept

    def result(self, event: ToolCallSucceeded) -> Any:  # noqa: ANN401 - any JSON
        """Return the result of a call without what is ignored, its rows as recorded."""
        if event.payload is not None and event.payload.digest in self._erased:
            return {"erased": event.payload.digest}
        tool = self._started[event.call_id].tool if event.call_id in self._started else None
        return self._meaning(self._rules.kept(event.data, tool=tool))

    def canonical_result(self, event: ToolCallSucceeded) -> Any:  # noqa: ANN401 - any JSON
        """Return the result in which order counts only where the call asked for one."""
        started = self._started.get(event.call_id)
        is_ordered = started is not None and not _ASKS_FOR_ORDER.isdisjoint(started.params)
        return canonical(self.result(event), is_ordered=is_ordered)

    def block(self, block: JsonMap) -> JsonMap:
        """Return a block of an answer without what is ignored, its rows in one order.

        One that is named by its call has the name that this has in the other run.
        """
        found: JsonMap = canonical(self._meaning(self._rules.kept(block)), is_ordered=False)
        if self._names and isinstance(name := found.get("id"), str):
            call_id = call_named_in(name, {*self._started, *self._names})
            found["id"] = self._names.get(call_id, call_id) + name.removeprefix(call_id)
        return found

    def references(self, references: Sequence[JsonMap]) -> list[JsonMap]:
        """Return references without what is ignored, in one order."""
        found: list[JsonMap] = canonical(
            [self._meaning(self._rules.kept(each)) for each in references], is_ordered=False
        )
        return found

    def _event(self, event: RunEvent) -> RunEvent:
        match event:
            case ToolCallStarted():
                # The label is a digest of tool, operation and params, which are compared.
                params = self.params(event.tool, event.params)
                return replace(event, params=params, label="", window=None)
            case ToolCallSucceeded():
                changes = {
                    "data": self.canonical_result(event),
                    "references": self.references(event.references),
                }
                return replace(event, **changes)
            case ResponseComposed():
                return self._response(event)
            case PlanProduced():
                return replace(event, anchored_at=None)
            case ReplanRequested():
                return replace(event, cause=replace(event.cause, timestamp=""))
            case _:
                plain = self._meaning(to_builtins(event))
                return convert(canonical(plain, is_ordered=True), type(event))

    def _renamed(self, event: RunEvent) -> RunEvent:
        if not self._names or not isinstance(event, CALL_EVENTS):
            return event
        names, changes = self._names, dict[str, object]()
        if isinstance(event, ToolCallStarted):
            changes["depends_on"] = [names.get(each, each) for each in event.depends_on]
        if isinstance(event, ToolCallSkipped) and event.cause is not None:
            changes["cause"] = names.get(event.cause, event.cause)
        return replace(event, call_id=names.get(event.call_id, event.call_id), **changes)

    def _response(self, event: ResponseComposed) -> ResponseComposed:
        changes = {
            "answer": canonical(event.answer, is_ordered=True),
            "blocks": [self.block(block) for block in event.blocks],
            "references": self.references(event.references),
            "next_actions": self._meaning(event.next_actions),
        }
        return replace(event, **changes)

    def _meaning(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, dict):
            return {key: self._meaning(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._meaning(each) for each in value]
        return self._meanings.get(value, value) if isinstance(value, str) else plain_numbers(value)


def call_named_in(block_id: str, calls: Iterable[str]) -> str:
    """Return by which of these calls a block is named; the empty text for none."""
    return max((each for each in calls if block_id.startswith(f"{each}-")), key=len, default="")


def erased_results(events: Iterable[RunEvent]) -> frozenset[str]:
    """Return the digests of the results that were erased."""
    return frozenset(
        event.payload.digest
        for event in events
        if isinstance(event, ToolCallSucceeded) and event.payload and event.data is None
    )


def canonical(value: Any, *, is_ordered: bool) -> Any:  # noqa: ANN401 - any JSON
    """Return a value with even white space and, unless ordered, with its rows in one order.

    Rows are the objects and lists of a list; numbers and text stay where they stand. Floats are
    figures: those of the first versions have all their digits.
    """
    match value:
        case str():
            return " ".join(value.split())
        case dict():
            return {key: canonical(each, is_ordered=is_ordered) for key, each in value.items()}
        case list():
            rows = [canonical(each, is_ordered=is_ordered) for each in value]
            if not is_ordered and all(isinstance(each, dict | list) for each in rows):
                rows.sort(key=sorted_text)
            return rows
        case float():
            return plain_numbers(figure(value))
        case _:
            return value


def _window_bounds(calls: Iterable[ToolCallStarted]) -> Mapping[str, str]:
    named = {
        (f"{bound} of {call.params.get('time_range')}", str(getattr(call.window, bound)))
        for call in calls
        if call.window is not None
        for bound in ("start", "end")
    }
    meanings: dict[str, str] = {}
    for name, instant in sorted(named):  # the same name for an instant in every run
        meanings.setdefault(instant, name)
    return meanings


def _query_ids(events: Sequence[RunEvent], names: Mapping[str, str]) -> Mapping[str, str]:
    return {
        str(reference["id"]): f"query {number} of {names.get(event.call_id, event.call_id)}"
        for event in events
        if isinstance(event, ToolCallSucceeded)
        for number, reference in enumerate(event.references, start=1)
        if reference.get("kind") == "query"
    }
