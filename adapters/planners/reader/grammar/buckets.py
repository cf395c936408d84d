"""Measures and records over time: per hour, day, week or month, and when the most were."""

from collections.abc import Sequence
from datetime import timedelta

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import Post, applied_all
from adapters.planners.reader.grammar.asked import Asked, asked
from adapters.planners.reader.grammar.measures import Figures, timed_figures
from adapters.planners.reader.grammar.quantities import Quantity
from adapters.planners.reader.meaning import ITEM, Noun, Period, at_time
from domain.query.fields import TIME_FIELDS
from domain.query.model import PerWant
from domain.query.sets import COUNT

_BUCKETED = {*TIME_FIELDS} - {ITEM}


def _per_bucket(noun: Noun, bucket: str, period: Period | None = None) -> Asked | None:
    timed = at_time(noun, period.label) if period else noun
    if timed is None or noun.kind not in _BUCKETED:
        return None
    want = {"do": "per", "bucket": bucket, "measure": COUNT}
    return asked(PerWant.model_validate(want), timed)


def _per_bucket_all(noun: Noun, bucket: str, posts: tuple[Post, ...]) -> Costly | None:
    found = applied_all(noun, posts)
    asks = found and _per_bucket(found.value, bucket)
    return Costly(asks, found.cost) if found and asks else None


def _trend(noun: Noun, period: Period | None = None) -> Asked | None:
    """Return the course of records: per hour of up to two days, else per day."""
    is_short = period is not None and period.end - period.start <= timedelta(days=2)
    return _per_bucket(noun, "hour" if is_short else "day", period)


def _peak_of(noun: Noun, bucket: str, order: str, period: Period | None = None) -> Asked | None:
    """Return "which hour had the most alarms": all are counted, the highest is said."""
    return _per_bucket(noun, bucket, period) if order == "most" else None


def _course(quantity: Quantity, noun: Noun, period: Period | None = None) -> Asked | None:
    return _per(quantity, noun, "hour", period)


def _whether_grown(quantity: Quantity, noun: Noun, period: Period | None = None) -> Costly | None:
    """Return "is the cpu of srv-1 going up" as its course."""
    found = _course(quantity, noun, period)
    return found and Costly(found, 0.0, ("its course shows whether it does",))


def _per(
    quantity: Quantity, noun: Noun, bucket: str, period: Period | None = None
) -> Asked | None:
    """Return a measure over time: "cpu of srv-1 per hour"."""
    if not quantity.is_of_points:
        return None
    found = quantity.within(noun)
    timed = at_time(found[0], period.label) if found and period else found and found[0]
    want = {"do": "per", "bucket": bucket, "measure": found and found[1][0]}
    return timed and asked(PerWant.model_validate(want), timed)


def _per_figures(found: Figures, bucket: str, period: Period | None = None) -> Asked | None:
    """Return "average duration of patches per month"."""
    timed = timed_figures(found, period) if period else found
    noun, measures = (timed and timed.quantity.within(timed.noun)) or (None, ())
    if noun is None or found.group or len(measures) != 1 or noun.kind not in _BUCKETED:
        return None
    want = {"do": "per", "bucket": bucket, "measure": measures[0]}
    return asked(PerWant.model_validate(want), noun)


def _peak_at(noun: Noun, bucket: str, period: Period | None = None) -> Asked | None:
    """Return "busiest hour for alarms yesterday"."""
    return _per_bucket(noun, bucket, period)


RULES: Sequence[Rule] = rules_in(__file__, globals())
