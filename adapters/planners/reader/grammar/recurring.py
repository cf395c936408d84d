"""Times that meet: what lies in two of them, and what comes again, as weekends do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.rankings import Ranked, groups
from adapters.planners.reader.meaning import Field, Noun, Period
from adapters.planners.reader.recalled import is_recalled
from adapters.planners.reader.recurring import AGAIN

_TWO_TIMES: Final = 0.5
_EVER, _FOREVER = (datetime(year, 1, 1, tzinfo=UTC) for year in (1970, 9000))
_IN_BOTH: Final = "the time is what lies in both"


def _within_both(one: Period, other: Period) -> Costly | None:
    """Return "in november before the 10th": what lies in both, and is less than either."""
    if AGAIN in one.label or AGAIN in other.label:
        return _again(one, other)
    start, end = max(one.start, other.start), min(one.end, other.end)
    is_less = all((start, end) != (each.start, each.end) for each in (one, other))
    label = f"{start.isoformat()}..{end.isoformat()}"
    both = Period(label, start, end, is_future=one.is_future)
    return Costly(both, _TWO_TIMES, (_IN_BOTH,)) if start < end and is_less else None


def _again(one: Period, other: Period) -> Costly | None:
    """Return "at weekends in november"."""
    (first, *often), (second, *oftener) = one.label.split(AGAIN), other.label.split(AGAIN)
    if (first and second) or is_recalled(first or second):
        return None
    label = AGAIN.join((first or second, *often, *oftener))
    return Costly(replace(other if second else one, label=label), 0.0)


def _on_either(one: str, other: str) -> str | None:
    """Return "on mondays and fridays"."""
    is_of_days = all(each.replace(",", "").isalpha() for each in (one, other))
    return f"{one},{other}" if is_of_days else None


def _recurring(said: str) -> Costly:
    """Return "at weekends", "outside office hours"."""
    hours = " ".join(part for part in said.split(" ") if part[0].isdigit())
    notes = (f"taken as the hours {hours}",) if hours else ()
    return Costly(Period(f"{AGAIN}{said}", _EVER, _FOREVER), 0.0, notes)


def _busiest(field: Field, noun: Noun) -> Ranked | None:
    """Return "busiest weekday for alarms"."""
    return groups(field, "most", noun)


RULES: Sequence[Rule] = rules_in(__file__, globals())
