"""Which windows a rule looks at. Times are microseconds since 1970, and spans half-open."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from domain.figures import whole_sum
from domain.rules.rule import USUAL_INTERVAL, Rule, Window, WrongRule
from domain.rules.schedule import due_at

MOST_WINDOWS: Final = 10_000
SECOND: Final = 1_000_000
_YEAR: Final = 366 * 86_400 * SECOND
_LATEST: Final = 8_000 * _YEAR
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows that touch a range of time; the first `baseline_count` lie before it.

    `spans` is None of sessions, which depend on what comes. Records are read from `read_from`.
    """

    read_from: int
    end: int
    spans: Sequence[Span] | None
    gap: int = 0
    baseline_count: int = 0

    @property
    def overlap(self) -> float:
        """In how many windows an instant is, on average."""
        spans = self.spans or ()
        covered = spans[-1][1] - spans[0][0] if spans else 1
        return max(1.0, whole_sum(end - start for start, end in spans) / covered)

    def of(self, times: Sequence[int]) -> Iterable[Span]:
        """Return the windows in order, given when the records are, in order."""
        return _sessions(times, self.gap) if self.spans is None else self.spans


def windows_of(rule: Rule, start: int, end: int, *, usual: int) -> Windows:
    """Return the windows of a rule; `usual` is how long they are where the rule does not say.

    Raises `WrongRule` where there are too many.
    """
    window, anomaly = rule.trigger_spec.window, rule.trigger_spec.anomaly
    if not 0 <= start < end <= min(start + _YEAR, _LATEST) or usual > _YEAR:
        msg = (
            f"{'trigger_spec.' if usual > _YEAR else ''}time_range: at most 366 days, from 1970 on"
        )
        raise WrongRule(msg)
    if window and window.gap_seconds:
        return Windows(start, end, None, window.gap_seconds * SECOND)
    if rule.trigger_type == "schedule":
        spans, before = _due(rule, start, end, usual), 0
    else:
        before = anomaly.baseline if anomaly else 0
        spans = _regular(window, start, end, usual=usual, before=before)
    if len(spans) > MOST_WINDOWS:
        field = "schedule" if rule.trigger_type == "schedule" else "window"
        msg = f"trigger_spec: the {field} gives more than {MOST_WINDOWS:,}; ask for less time"
        raise WrongRule(msg)
    read_from = max(0, spans[0][0]) if spans else start
    return Windows(read_from, end, spans, baseline_count=before)


def _regular(
    window: Window | None, start: int, end: int, *, usual: int, before: int
) -> list[Span]:
    size = window.size_seconds * SECOND if window and window.size_seconds else usual
    step = window.slide_seconds * SECOND if window and window.slide_seconds else size
    first, last = (start - size) // step + 1 - before, -(-end // step)
    numbers = islice(range(first, last), MOST_WINDOWS + 1)
    return [(number * step, number * step + size) for number in numbers]


def _due(rule: Rule, start: int, end: int, usual: int) -> list[Span]:
    """Return the windows that end when the schedule is due."""
    spec, first, last = rule.trigger_spec, -(-start // SECOND), -(-end // SECOND)
    every = spec.interval_seconds or USUAL_INTERVAL
    regular = range(-(-first // every) * every, last, every)
    times = due_at(spec.cron, first, last) if spec.cron else regular
    due = [time * SECOND for time in islice(times, MOST_WINDOWS + 1)]
    return [(time - usual, time) for time in due]


def _sessions(times: Sequence[int], gap: int) -> Iterator[Span]:
    first: int | None = None
    for time, after in zip(times, [*times[1:], None], strict=False):
        first = time if first is None else first
        if after is None or after - time >= gap:
            yield first, time + gap
            first = None
