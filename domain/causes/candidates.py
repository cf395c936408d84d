"""Which items may be the cause: what is unusual of each, less what others explain, ranked.

Load comes from above: what runs on a host explains the load of the host. Symptoms come from below:
what an item needs explains its alarms, its silence, and that it does less.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from domain.causes.alarms import Alarms
from domain.causes.changes import Change
from domain.causes.series import Unusual
from domain.figures import figure

THRESHOLD: Final = 2.0
"""A candidate with a lower score is none."""

_EXPLAINED: Final = 0.8
_ENOUGH: Final = 0.3
_FELT: Final = 2.0
_OF_OTHERS: Final = 0.3
_SYMPTOM_WEIGHT: Final = 0.7
_DECAY: Final = 0.9
_CHANGED: Final = 1.2
_CHANGED_BADLY: Final = 1.4


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of an item; `changes` are its own, shortly before."""

    ci_id: str
    distance: int
    unusual: Sequence[Unusual] = ()
    alarms: Alarms | None = None
    changes: Sequence[Change] = ()

    @property
    def alarm_score(self) -> float:
        """The score of its alarms."""
        return self.alarms.score if self.alarms else 0.0

    @property
    def loads(self) -> dict[str, float]:
        """The score of each metric that rose."""
        return {each.metric: each.score for each in self.unusual if each.kind == "rise"}

    @property
    def silence(self) -> float:
        """The score of the worst silence."""
        return max([e.score for e in self.unusual if e.kind == "silent"], default=0.0)

    @property
    def fall(self) -> float:
        """The score of the worst fall."""
        return max([e.score for e in self.unusual if e.kind == "fall"], default=0.0)

    @property
    def pressure(self) -> float:
        """The worst of what those that need it may suffer from."""
        return max([self.alarm_score, self.silence, *self.loads.values()])

    @property
    def since(self) -> datetime | None:
        """Since when its worst series is unusual; without any, the instant of its first alarm."""
        worst = max(self.unusual, key=lambda one: one.score, default=None)
        if worst is not None:
            return worst.started_at
        return self.alarms.those[0].at if self.alarms else None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The items that an item needs, and those that run on it, directly; among the items seen."""

    needs: Mapping[str, Collection[str]] = field(default_factory=dict)
    guests: Mapping[str, Collection[str]] = field(default_factory=dict)

    def all_needs(self, ci_id: str) -> set[str]:
        """Return what an item needs, and what that needs, and so on."""
        found, edge = set[str](), {ci_id}
        while edge := {need for each in edge for need in self.needs.get(each, ())} - found:
            found |= edge
        return found - {ci_id}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be the cause, with what speaks for it."""

    seen: Seen
    score: float


def ranked(items: Sequence[Seen], around: Surroundings) -> list[Candidate]:
    """Return the candidates, the likeliest first; none is below the threshold."""
    by_id = {each.ci_id: each for each in items}
    scored = [Candidate(each, _score(each, by_id, around)) for each in items]
    likely = [each for each in scored if each.score]
    return sorted(likely, key=lambda one: (-one.score, one.seen.distance, one.seen.ci_id))


def _score(item: Seen, by_id: Mapping[str, Seen], around: Surroundings) -> float:
    parts = sorted(_parts(item, by_id, around), reverse=True)
    if not parts:
        return 0.0
    score = (parts[0] + _OF_OTHERS * math.fsum(parts[1:])) * _DECAY**item.distance
    if score < THRESHOLD:  # a change is no evidence where there is no other
        return 0.0
    if item.changes:
        is_bad = any(change.went_badly for change in item.changes)
        score *= _CHANGED_BADLY if is_bad else _CHANGED
    return figure(score)


def _parts(item: Seen, by_id: Mapping[str, Seen], around: Surroundings) -> list[float]:
    """Return what remains of each kind of evidence when others have explained their share."""
    guests = [by_id[each] for each in around.guests.get(item.ci_id, ()) if each in by_id]
    needs = [by_id[each] for each in around.all_needs(item.ci_id) if each in by_id]
    loads = [
        _left(score, _worst(each.loads.get(metric, 0.0) for each in guests))
        for metric, score in item.loads.items()
    ]
    silence = _left(item.silence, _worst(each.silence for each in needs))
    of_guests = _worst(load for each in guests for load in each.loads.values())
    suffered = max(_worst(each.pressure for each in needs), of_guests)
    fall = 0.0 if item.loads or item.silence else item.fall
    lone = item.distance and not (item.loads or item.silence or _is_felt(item, by_id, around))
    alarms = 0.0 if lone else _left(item.alarm_score, suffered)
    symptoms = [_SYMPTOM_WEIGHT * each for each in (alarms, _left(fall, suffered))]
    return [each for each in (_worst(loads), silence, *symptoms) if each > 0]


def _is_felt(item: Seen, by_id: Mapping[str, Seen], around: Surroundings) -> bool:
    """Return whether what needs an item shows it: one asked about, or two of some alarms."""
    those = [e for e in by_id.values() if item.ci_id in around.all_needs(e.ci_id)]
    felt = [each for each in those if max(each.pressure, each.fall) >= _FELT]
    # One alarm, and others elsewhere: that is every day.
    has_more = item.alarms is not None and len(item.alarms.those) > 1
    return any(each.distance == 0 for each in felt) or (has_more and len(felt) > 1)


def _left(score: float, explained_by: float) -> float:
    """Return what remains of a score: little when its explanation is evidence of its own."""
    if explained_by >= max(THRESHOLD, _ENOUGH * score):
        return (1 - _EXPLAINED) * score
    return max(0.0, score - _EXPLAINED * explained_by)


def _worst(scores: Iterable[float]) -> float:
    return max(scores, default=0.0)
