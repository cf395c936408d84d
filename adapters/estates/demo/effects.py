"""What planted incidents do to metric points: points that are made already are changed by them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Literal

from domain.estate.records import MetricPoint


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of a series in [started_at, ended_at).

    A `load` brings percents above `amount`, a `ramp` brings them there slowly, of a counter
    `slowed` leaves that share of what is added, and what is `silent` has no points.
    """

    ci_code: str
    metric_name: str
    kind: Literal["load", "ramp", "slowed", "silent"]
    started_at: datetime
    ended_at: datetime
    amount: float = 0.0

    def holds_at(self, at: datetime) -> bool:
        """Return whether it changes the points of an instant."""
        return self.started_at <= at < self.ended_at

    def on_percent(self, value: float, at: datetime) -> float:
        """Return what it makes of a value in percent."""
        if self.kind == "load":
            return self.amount + (100 - self.amount) * (0.2 + value / 200)
        if self.kind == "ramp":
            done = (at - self.started_at) / (self.ended_at - self.started_at)
            return value + max(0.0, self.amount - value) * done
        return value


def with_effects(
    points: Iterable[MetricPoint], effects: Sequence[Effect]
) -> Iterator[MetricPoint]:
    """Yield the points, series by series as they come, with all the effects on them."""
    of_series = defaultdict[tuple[str, str], list[Effect]](list)
    for effect in effects:
        of_series[effect.ci_code, effect.metric_name].append(effect)
    for key, series in groupby(points, key=lambda point: (point.ci_id, point.metric_name)):
        yield from _changed(series, of_series.get(key, ()))


def _changed(series: Iterable[MetricPoint], effects: Sequence[Effect]) -> Iterator[MetricPoint]:
    if not effects:
        yield from series
        return
    missing, before = 0.0, None
    for point in series:
        at, value = point.measured_at, point.value
        active = [effect for effect in effects if effect.holds_at(at)]
        for effect in active:
            if effect.kind == "slowed" and before is not None:
                missing += (value - before) * (1 - effect.amount)
            value = effect.on_percent(value, at)
        before = point.value
        if all(effect.kind != "silent" for effect in active):
            yield point.model_copy(update={"value": round(value - missing, 2)})
