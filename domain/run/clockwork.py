"""A run's time: what of it was work, what was waiting and for what, and where its clock went back.

Inside a run the order is by version, whatever the clocks say. Between two consecutive events lies
the difference of their recorded times, and no time at all where it is negative: there the clock
went back, which is told and never corrected. Remarks, flags and pins divide no time: people make
them at machines of their own.

    from the request, a resumption or a recovery to the next event    waited for a worker
    from the last event before a recovery to it                       waited, its worker was lost
    from the event before to the end of what a call waited for        waited, as long as the call
    from an end to the resumption                                     waited to be resumed
    from where it waits for approval to what follows                  waited for approval
    whatever else comes before an end                                 worked

What comes after an end and is not followed by a resumption is neither: remarks, flags and pins,
and the cancellation of a run that had failed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, get_args

from domain.run.approval_events import RunWaiting
from domain.run.call_events import WAITED_FOR, ToolCallThrottled
from domain.run.events import HistoryEntry, RunEvent, RunRecovered, StageStarted
from domain.run.lifecycle import ENDED_STATES, TARGETS
from domain.run.run_event import Asked

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_A_MS: Final = 1000


class WaitCause(StrEnum):
    """What a run waited for, as it goes on after "waited"."""

    WORKER = "for a worker"
    RESUMPTION = "to be resumed"
    APPROVAL = "for approval"
    RECOVERY = "for another worker, as its own was lost"
    QUEUE = WAITED_FOR["queue"]
    RATE_LIMIT = WAITED_FOR["rate_limit"]
    BREAKER_PROBE = WAITED_FOR["breaker_probe"]
    BACK_OFF = WAITED_FOR["back_off"]


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing was done from the event of the first version to that of the second.

    `start_ms` is how much time of the run, worked and waited, had gone by.
    """

    cause: WaitCause
    start_ms: float
    duration_ms: float
    versions: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Setback:
    """Just before the event of this version the clock went back so far."""

    version: int
    by_ms: float


class _Phase(StrEnum):
    WAITING = "waiting"
    ASKING = "asking"
    WORKING = "working"
    ENDED = "ended"


def _phase_after(kind: type[RunEvent]) -> _Phase | None:
    if kind is StageStarted:
        return _Phase.WORKING
    if kind.trigger is None:
        return None
    if kind is RunWaiting:
        return _Phase.ASKING
    return _Phase.ENDED if TARGETS[kind.trigger] in ENDED_STATES else _Phase.WAITING


_KINDS: Final[tuple[type[RunEvent], ...]] = get_args(RunEvent)
_PHASES: Final = {kind: _phase_after(kind) for kind in _KINDS}
_BESIDE: Final = {kind for kind in _KINDS if isinstance(kind.comes_by, Asked) and not kind.trigger}
"""Remarks, flags and pins: no time of the run lies between them, by whatever clock they came."""


_CAUSES: Final = {_Phase.ENDED: WaitCause.RESUMPTION, _Phase.ASKING: WaitCause.APPROVAL}


class Clockwork:
    """Divides the time of a run while its events come one by one; all times are microseconds.

    `worked` and `waited` are the times until now, `rested` that since an end which nothing has
    followed; `went_back` is how far the clock did just before the last event.
    """

    __slots__ = ("_last", "_own", "_phase", "rested", "waited", "went_back", "worked")

    def __init__(self) -> None:
        """Begin with a run that has no events."""
        self.worked = self.waited = self.rested = self.went_back = 0
        self._last: int | None = None
        self._own: int | None = None
        self._phase = _Phase.WAITING

    @property
    def has_ended(self) -> bool:
        """Whether the run has ended and nothing has followed."""
        return self._phase is _Phase.ENDED

    def add(
        self, kind: type[RunEvent], recorded_at: str, event: RunEvent | None = None
    ) -> WaitCause | None:
        """Take the next event; return what the run waited for until it, None if it did not."""
        at = (datetime.fromisoformat(recorded_at) - _EPOCH) // _MICROSECOND
        last, self._last = self._last, at
        self.went_back = last - at if last is not None and last > at else 0
        if kind in _BESIDE:
            return None
        own, self._own = self._own, at
        distance = at - own if own is not None and at > own else 0
        before, after = self._phase, _PHASES[kind]
        if isinstance(event, ToolCallThrottled) and before is _Phase.WORKING:
            return self._held_back(event, distance)
        if after is not None:
            self._phase = after
        elif before is _Phase.WAITING:
            self._phase = _Phase.WORKING
        return self._divide(kind, before, distance)

    def _held_back(self, event: ToolCallThrottled, distance: int) -> WaitCause:
        """Take what a call waited, no more of it than lies behind the event before."""
        waited = min(distance, max(0, round(event.waited_ms * _A_MS)))
        self.waited += waited
        self.worked += distance - waited
        return WaitCause(event.waited_for)

    def _divide(self, kind: type[RunEvent], before: _Phase, distance: int) -> WaitCause | None:
        if before is _Phase.ENDED:
            self.rested += distance
            if self.has_ended:
                return None
            distance, self.rested = self.rested, 0
        elif before is _Phase.WORKING and kind is not RunRecovered:
            self.worked += distance
            return None
        self.waited += distance
        if kind is RunRecovered:
            return WaitCause.RECOVERY
        return _CAUSES.get(before, WaitCause.WORKER)


@dataclass(frozen=True, slots=True)
class RunTime:
    """How the time of a run was divided until its last event.

    `begins` and `ends` say of each event, in microseconds, how much time of the run had gone by:
    when what began with it began, and when what it ended was still known to go on. `after_end` are
    the versions of what was added when the run had ended.
    """

    duration_ms: float
    waited_ms: float
    waits: tuple[Wait, ...]
    setbacks: tuple[Setback, ...]
    begins: Sequence[int]
    ends: Sequence[int]
    after_end: frozenset[int]

    @property
    def total_ms(self) -> float:
        """How long the run has worked and waited."""
        return self.begins[-1] / _A_MS

    def begin_ms(self, version: int) -> float:
        """Return when what began with the event of this version began."""
        return self.begins[version - 1] / _A_MS

    def end_ms(self, version: int | None) -> float:
        """Return when what ended with this event ended, for None when the run ends."""
        return self.total_ms if version is None else self.ends[version - 1] / _A_MS

    def between_ms(self, begun: int, ended: int | None) -> float:
        """Return how long what began and ended with these events took, for None until now."""
        end = self.begins[-1] if ended is None else self.ends[ended - 1]
        return (end - self.begins[begun - 1]) / _A_MS


def run_time(entries: Iterable[HistoryEntry]) -> RunTime:
    """Return how the time of a whole history, from version 1 on, was divided."""
    clock, waits, setbacks = Clockwork(), list[Wait](), list[Setback]()
    begins, ends = list[int](), list[int]()
    later, since, now = set[int](), 0, 0
    for version, entry in enumerate(entries, start=1):
        had_ended = clock.has_ended
        waited = clock.waited
        cause = clock.add(type(entry.event), entry.envelope.recorded_at, entry.event)
        now = clock.worked + clock.waited
        waited = clock.waited - waited
        if clock.went_back:
            setbacks.append(Setback(version, clock.went_back / _A_MS))
        if cause is not None and waited:
            waits.append(Wait(cause, (now - waited) / _A_MS, waited / _A_MS, (since, version)))
        begins.append(now)
        ends.append(now if cause is None else now - waited)
        if had_ended and clock.has_ended:
            later.add(version)
        else:
            since = version
    return RunTime(
        duration_ms=clock.worked / _A_MS,
        waited_ms=clock.waited / _A_MS,
        waits=tuple(waits),
        setbacks=tuple(setbacks),
        begins=begins,
        ends=ends,
        after_end=frozenset(later),
    )
