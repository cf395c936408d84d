"""Further rounds of a plan: what was held over for want of a source is tried with another one.

A round changes only where a call takes what stands beside its question: from another source that
says the same kind of thing, or from none as long as another such parameter is left. What is asked
stays as planned.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from domain.json import JsonMap
from domain.plan.mapping import DataReference, parse_mapping
from domain.plan.planned_call import PlannedCall
from domain.stages.course import Course, Unmade

Later = Mapping[str, tuple[str | None, ...]]
MOST_ROUNDS: Final = 4
_LATER: Final[Mapping[str, Later]] = {
    "cep.simulate": {"metric_context": (None,), "history_context": (None,)}
}
"""Where parameters may come from in a further round: expressions, None for nowhere."""


class Rounds:
    """Which calls are held over to the next round, and how they are tried in it.

    There is another round while the one before changed something, four at most.
    """

    def __init__(
        self, course: Course, calls: Sequence[PlannedCall], skips: Collection[str]
    ) -> None:
        """Hold none of `skips`: they were skipped before the run was continued."""
        self._course, self._skips = course, skips
        self._known = [name for call in calls for name in (call.call_id, call.loop_id) if name]
        self._number, self._signature, self._has_held = 1, "", False
        self._held = dict[str, tuple[PlannedCall, Unmade]]()

    def holds(self, call: PlannedCall, why: Unmade) -> bool:
        """Keep a call for the next round if it can be made then, and return whether it is kept."""
        can_wait = why.cause in self._held or not self._course.why_left_out(call)
        is_fixed = call.suffix or call.fans_out or call.call_id in self._skips
        is_over = is_fixed or not can_wait or self._number == MOST_ROUNDS
        if is_over or self._next_try(call) is None:
            return False
        self._held[call.call_id], self._has_held = (call, why), True
        return True

    def left(self) -> list[tuple[PlannedCall, Unmade]]:
        """Return the calls that are held over, in plan order, and why."""
        return [self._held[name] for name in self._known if name in self._held]

    def next_round(self) -> list[PlannedCall]:
        """Return the calls of the next round; none when nothing more can come of it."""
        if not self._held:
            return []
        before, self._signature = self._signature, self._digest()
        tries = [self._next_try(call) for call, _ in self.left()]
        found = [call for call in tries if call is not None and self._signature != before]
        for call in found:
            del self._held[call.call_id]
        self._number += bool(found)
        return found

    def told(self) -> JsonMap:
        """Return how many rounds there were and the last signature, where a call was held over."""
        is_told = self._has_held
        return {"rounds": self._number, "signature": self._digest()} if is_told else {}

    def _next_try(self, call: PlannedCall) -> PlannedCall | None:
        """Return a call as it is tried next, None when it has nowhere else to take from."""
        mapping = dict(call.output_mapping)
        usual = None if call.is_own else _LATER.get(f"{call.tool}.{call.operation}")
        later = dict(call.later or usual or {})
        for name in [*later]:
            while self._is_lost(self._source(mapping.get(name))) and later[name]:
                read, *others = later[name]
                later[name] = tuple(others)
                mapping = {**mapping, name: read} if read else _without(mapping, name)
        before = set(map(self._source, call.output_mapping.values()))
        waits = [each for each in call.depends_on if each not in before]
        waits += filter(None, map(self._source, mapping.values()))
        if any(map(self._is_lost, waits)) or (later and later.keys().isdisjoint(mapping)):
            return None
        waits = list(dict.fromkeys(waits))
        return replace(call, output_mapping=mapping, later=later, depends_on=tuple(waits))

    def _is_lost(self, name: str | None) -> bool:
        """Return whether a call has ended, and will not answer in a further round either."""
        return name is not None and name not in self._held and self._course.is_lost(name)

    def _source(self, text: str | None) -> str | None:
        parsed = None if text is None else parse_mapping(text, known=self._known)
        return parsed.call_id if isinstance(parsed, DataReference) else None

    def _digest(self) -> str:
        """Return a digest of which sections there are, and which of them have an answer."""
        sections = sorted((name, each.status) for name, each in self._course.results.items())
        return hashlib.sha256(json.dumps(sections).encode()).hexdigest()[:16]


def _without(mapping: dict[str, str], name: str) -> dict[str, str]:
    return {each: text for each, text in mapping.items() if each != name}
