"""The course of a plan: whether a call is made that could be, from what came of those before.

All of it follows from the plan and the results, never from which of them was there first.
"""

from dataclasses import dataclass, field

from pydantic import JsonValue

from domain.plan.condition import StepCondition, why_unmet
from domain.plan.flow import Way, ways_of
from domain.plan.mapping import (
    DataReference,
    MissingValue,
    parse_mapping,
    parse_reference,
    resolve_mapping,
)
from domain.plan.plan import Plan
from domain.plan.planned_call import PlannedCall
from domain.response.compose.call_result import CallResult


@dataclass(frozen=True, slots=True)
class Unmade:
    """Why a call is not made, or a step not done.

    `cause` is the call that failed, None where the plan wants it so.
    """

    reason: str
    cause: str | None = None
    is_on_purpose: bool = False


@dataclass
class Course:
    """The plan, its calls as they are taken up, and what came of them so far.

    `planned` and `results` are by the ids of the calls, `data` what they answered, also by the
    names of the plan; `made` are the ids that a name stands for, if not its own.
    """

    plan: Plan
    planned: dict[str, PlannedCall] = field(default_factory=dict)
    results: dict[str, CallResult] = field(default_factory=dict)
    data: dict[str, JsonValue] = field(default_factory=dict)
    made: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """See which steps wait for which, and which are answered for when they fail."""
        self._ways = ways_of(self.plan)
        ways = (way for ways in self._ways.values() for way in ways)
        self._caught = {way.origin for way in ways if way.after == "failure"}

    def add(self, result: CallResult) -> None:
        """Take in what came of a call."""
        self.results[result.call_id] = result
        self.data[result.call_id] = result.data

    def ids_of(self, *names: str) -> list[str]:
        """Return the ids of the calls that the names stand for by now, each once."""
        return list(dict.fromkeys(id_ for name in names for id_ in self.ids(name)))

    def ids(self, name: str) -> list[str]:
        """Return the ids of the calls that a name stands for by now."""
        if name not in self.made:
            return [name]
        return [id_ for each in self.made[name] for id_ in self.ids(each)]

    def why_unmade(self, call: PlannedCall) -> Unmade | None:
        """Return why a call is not made for which all that it waits for has ended, or None."""
        return self.why_left_out(call) or self._unfed(call)

    def why_left_out(self, call: PlannedCall) -> Unmade | None:
        """Return why the plan leaves a call out, whatever it could be told, or None."""
        away = self._not_reached(call.step_id, call.suffix) if call.step_id else None
        if away is not None:
            return away
        for condition in call.conditions:
            if why := self.unmet(condition):
                return Unmade(why, is_on_purpose=True)
        return None

    def is_lost(self, name: str) -> bool:
        """Return whether all calls that a name stands for have ended without an answer."""
        made = [self.results.get(call_id) for call_id in self.ids(name)]
        return all(each is not None and each.status != "succeeded" for each in made)

    def unmet(self, condition: StepCondition) -> str | None:
        """Return why a condition does not hold, or None when it does."""
        try:
            read = parse_reference(condition.field, known=self.data)
            why = why_unmet(condition, resolve_mapping(read, self.data))
        except MissingValue:
            why = "there is no value"
        return f"the condition {condition} does not hold: {why}" if why else None

    def answered_for(self) -> set[str]:
        """Return the calls of steps that failed, where the step for that has answered."""
        found: set[str] = set()
        caught = [(t, w) for t, ways in self._ways.items() for w in ways if w.after == "failure"]
        turns = dict.fromkeys(call.suffix for call in self.planned.values() if call.step_id)
        for suffix in turns:
            for target, way in caught:
                instead = self._results_of(target, suffix)
                if instead and all(each.status == "succeeded" for each in instead):
                    failed = self._results_of(way.origin, suffix)
                    found |= {each.call_id for each in failed if each.is_unwanted}
        return found

    def _not_reached(self, step_id: str, suffix: str) -> Unmade | None:
        """Return why the step is not reached: of several ways one is enough, if none failed."""
        states = [self._not_by(way, suffix) for way in self._ways.get(step_id, ())]
        failed = next((each for each in states if each and not each.is_on_purpose), None)
        return failed or (None if None in states else next(iter(states), None))

    def _not_by(self, way: Way, suffix: str) -> Unmade | None:
        turn = "" if way.after == "loop" else suffix
        ended = {step_id: self._undone(step_id, turn) for step_id in way.steps}
        failed = {name: each for name, each in ended.items() if each and not each.is_on_purpose}
        match way.after:
            case "failure" if not failed:
                return Unmade(f"step {way.origin} did not fail", is_on_purpose=True)
            case "failure":
                return None
            case "step" if not failed:
                return ended[way.origin]
            case "step" if way.origin in self._caught:
                why = f"step {way.origin} failed, and another answers for it"
                return Unmade(why, is_on_purpose=True)
        # What failed inside a branch or a loop may be answered for there.
        causes = [each.cause for name, each in failed.items() if name not in self._caught]
        return Unmade(f"{way.after} {way.origin} failed", causes[0]) if causes else None

    def _undone(self, step_id: str, suffix: str) -> Unmade | None:
        """Return why a step has not passed: it failed, or it was not reached."""
        results = self._results_of(step_id, suffix)
        failed = next((each.call_id for each in results if each.is_unwanted), None)
        return self._not_reached(step_id, suffix) or (Unmade("", failed) if failed else None)

    def _results_of(self, step_id: str, suffix: str) -> list[CallResult]:
        """Return what came of the calls of a step: in a repetition, without it in the last one."""
        made = ((self.planned[call_id], result) for call_id, result in self.results.items())
        found = [(call.suffix, result) for call, result in made if call.step_id == step_id]
        return [result for turn, result in found if turn == (suffix or found[-1][0])]

    def _unfed(self, call: PlannedCall) -> Unmade | None:
        for needed in call.depends_on:
            results = [self.results[each] for each in self.ids(needed) if each in self.results]
            if not results or any(each.status == "succeeded" for each in results):
                continue
            cause = results[-1].call_id
            if any(each.status == "failed" for each in results):
                return Unmade(f"Dependency {needed!r} failed", cause)
            reason = f"Dependency {needed!r} was skipped"
            if not all(each.is_on_purpose for each in results):
                return Unmade(reason, cause)
            if not self._has_defaults(call, needed):
                return Unmade(reason, is_on_purpose=True)
        return None

    def _has_defaults(self, call: PlannedCall, needed: str) -> bool:
        """Return whether all that a call reads from another has a default."""
        known = self.data.keys() | set(call.depends_on)
        parsed = (parse_mapping(each, known=known) for each in call.output_mapping.values())
        read = [each for each in parsed if isinstance(each, DataReference)]
        defaults = [each.default for each in read if each.call_id == needed]
        return bool(defaults) and None not in defaults
