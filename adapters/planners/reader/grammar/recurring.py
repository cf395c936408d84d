"""Times that meet: what lies in two of them, and what comes again, as weekends do."""

from collections.abc import Sequence
from typing import Final

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.meaning import Filter, Period
from domain.query.sets import AnyOf, Condition, EveryOf, FieldCondition, NoneOf

_TWO_TIMES: Final = 0.5
_IN_BOTH: Final = "the time is what lies in both"


def _within_both(one: Period, other: Period) -> Costly | None:
    """Return "in november before the 10th": what lies in both, and is less than either."""
    start, end = max(one.start, other.start), min(one.end, other.end)
    is_less = all((start, end) != (each.start, each.end) for each in (one, other))
    label = f"{start.isoformat()}..{end.isoformat()}"
    both = Period(label, start, end, is_future=one.is_future)
    return Costly(both, _TWO_TIMES, (_IN_BOTH,)) if start < end and is_less else None


def _on_either(one: str, other: str) -> str | None:
    """Return "on mondays and fridays"."""
    is_of_days = all(each.replace(",", "").isalpha() for each in (one, other))
    return f"{one},{other}" if is_of_days else None


def _recurring(said: str) -> Filter | Costly:
    """Return what the clock showed then, of "Monday,Friday", "20-6" or "not Monday 9-17"."""
    where: tuple[Condition, ...] = ()
    for part in said.removeprefix("not ").split():
        first, dash, last = part.partition("-")
        if not dash:
            where += (FieldCondition(field="weekday", op="in", value=tuple(part.split(","))),)
            continue
        begun = FieldCondition(field="hour", op=">=", value=int(first))
        not_over = FieldCondition(field="hour", op="<", value=int(last))
        is_of_day = int(first) < int(last)
        where += (begun, not_over) if is_of_day else (AnyOf(any=(begun, not_over)),)
    if said.startswith("not "):
        where = (NoneOf(none=(EveryOf(every=where),)),)
    hours = " ".join(part for part in said.split(" ") if part[0].isdigit())
    found = Filter(None, where)
    return Costly(found, 0.0, (f"taken as the hours {hours}",)) if hours else found


RULES: Sequence[Rule] = rules_in(__file__, globals())
