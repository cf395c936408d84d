"""When something was, how long it took, and what metrics were meanwhile."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.conditions import compared_with, field_named
from adapters.planners.reader.grammar.quantities import points
from adapters.planners.reader.meaning import (
    ITEM,
    Amount,
    Compared,
    Field,
    Filter,
    Period,
    at_time,
    either,
    having,
    ordered,
)
from adapters.planners.reader.ranges import EVER, FOREVER
from adapters.planners.reader.recalled import is_recalled
from adapters.planners.reader.recurring import parted
from domain.estate.fields import FieldType
from domain.query.fields import KIND_FIELDS
from domain.query.sets import (
    NONE,
    During,
    FieldCondition,
    Function,
    Has,
    Measure,
    Measured,
    Operator,
    SetKind,
)

Said = tuple[tuple[str, ...] | None, str]

RECENT = "last_24h"
_BY_MEAN = "the mean of that time is compared, not each value"
_UNSAID = 0.5


def _exactly_so(compared: Compared) -> Compared:
    return compared


def _lasted(compared: Compared) -> Costly | None:
    """Return "upgrades over 3 h"; those over two days may be those of two days."""
    is_short = compared.amount.unit in ("min", "h")
    return Costly(compared, _UNSAID, ("taken for how long it took",)) if is_short else None


def _lasting(compared: Compared, kind: SetKind) -> Filter | None:
    minutes = {"s": 1 / 60, "min": 1, "h": 60, "d": 1440}.get(compared.amount.unit)
    if minutes is None:
        return None
    number = compared.amount.number * minutes
    over = FieldCondition(field="duration_min", op=compared.op, value=number)
    return Filter(kind, (over,))


def _work_lasting(compared: Compared) -> Filter | None:
    return _lasting(compared, SetKind.WORK)


def _maintenance_lasting(compared: Compared) -> Filter | None:
    return _lasting(compared, SetKind.MAINTENANCE)


def _work_lasting_either(one: float, other: float, unit: str) -> Filter | None:
    return _lasting_either((one, other), unit, SetKind.WORK)


def _maintenance_lasting_either(one: float, other: float, unit: str) -> Filter | None:
    return _lasting_either((one, other), unit, SetKind.MAINTENANCE)


def _work_lasting_between(low: float, high: float, unit: str) -> Filter | None:
    return _lasting_between((low, high), unit, SetKind.WORK)


def _maintenance_lasting_between(low: float, high: float, unit: str) -> Filter | None:
    return _lasting_between((low, high), unit, SetKind.MAINTENANCE)


def _lasting_between(ends: tuple[float, float], unit: str, kind: SetKind) -> Filter | None:
    """Return "that took between 20 and 30 minutes"."""
    low = _lasting(Compared(">=", Amount(ends[0], unit)), kind)
    high = _lasting(Compared("<=", Amount(ends[1], unit)), kind)
    return low and high and Filter(kind, ordered((*low.where, *high.where)))


def _lasting_either(numbers: tuple[float, float], unit: str, kind: SetKind) -> Filter | None:
    """Return "that took 33 or 176 minutes"."""
    found = [_lasting(Compared("=", Amount(each, unit)), kind) for each in numbers]
    return either(found[0], found[1]) if found[0] and found[1] else None


def _document_sized(compared: Compared) -> Filter | None:
    """Return "docs bigger than 5 MB"."""
    size = field_named((SetKind.DOCUMENT, "size_bytes"))
    return compared_with(size, compared) if size and compared.amount.unit else None


def _exactly(amount: Amount) -> Compared:
    return Compared("=", amount)


def _time(period: Period) -> Filter:
    return Filter(None, (), period.label)


def _later(period: Period) -> Period:
    return period


def _either(one: Period, other: Period) -> Period | None:
    """Return "today or yesterday", which follow each other."""
    first, last = sorted((one, other), key=attrgetter("start"))
    label = f"{_instant(first.start)}..{_instant(last.end)}"
    return Period(label, first.start, last.end) if first.end == last.start else None


def _so_long(period: Period, amount: Amount) -> Period | None:
    """Return "last day (24h)", where both say the same."""
    minutes = {"min": 1, "h": 60, "d": 1440}.get(amount.unit, 0) * amount.number
    return period if period.end - period.start == timedelta(minutes=minutes) else None


def metric_compared(
    metric: str, compared: Compared, period: Period | None = None
) -> Filter | None:
    """Return "with cpu above 80 %": the mean of each item, of the last day if no time is said."""
    if compared.amount.unit not in ("", "%", "c"):
        return None
    measured = at_time(points(metric), period.label if period else RECENT)
    of = measured.members() if measured else None
    measure = Measure(function=Function.AVG, field="value", of=of)
    over = Measured.model_validate(
        {"measure": measure, "op": compared.op, "value": compared.amount.number}
    )
    return Filter(ITEM, (over,))


def _mean_compared(metric: str, compared: Compared, period: Period | None = None) -> Costly | None:
    """Return "with cpu above 80 %" of a time, of which nobody said that its mean is meant."""
    found = metric_compared(metric, compared, period)
    return found and Costly(found, 0.0, () if period is None else (_BY_MEAN,))


def _mean_between(
    metric: str, low: float, high: float, unit: str | None = None, period: Period | None = None
) -> Costly | None:
    """Return "with cpu between 5 and 10 % yesterday"."""
    first = _mean_compared(metric, Compared(">=", Amount(low, unit or "")), period)
    last = metric_compared(metric, Compared("<=", Amount(high, unit or "")), period)
    where = (*first.value.where, *last.where) if first and last else ()
    return first and last and first._replace(value=Filter(ITEM, where))


def _function_compared(
    function: str, metric: str, compared: Compared, period: Period | None = None
) -> Filter | None:
    found = metric_compared(metric, compared, period)
    if found is None or function == "sum":
        return None
    over = found.where[0]
    measure = over.measure.model_copy(update={"function": Function(function)})  # type: ignore[union-attr]  # just made
    return Filter(ITEM, (over.model_copy(update={"measure": measure}),))


def _ever_over(
    op: Operator, amount: Amount, metric: str, period: Period | None = None
) -> Costly | None:
    """Return "that went over 90 % cpu today": any point did."""
    found = _went_over(op, amount, metric, period)
    return Costly(Filter(ITEM, (found,)), _UNSAID * (period is None)) if found else None


def _become_over(
    said: tuple[Operator, str], amount: Amount, period: Period | None = None
) -> Costly | None:
    """Return "got hotter than 40 degrees": any point was."""
    return _ever_over(said[0], amount, said[1], period)


def _never_over(
    op: Operator, amount: Amount, metric: str, period: Period | None = None
) -> Costly | None:
    """Return "whose cpu never went over 80 % today"; what has no points is no such item."""
    found = _went_over(op, amount, metric, period)
    measured = at_time(points(metric), period.label if period else RECENT)
    if found is None or measured is None:
        return None
    none = found.model_copy(update={"count": NONE})
    return Costly(Filter(ITEM, (none, Has(has=measured.members()))), _UNSAID * (period is None))


def _went_over(op: Operator, amount: Amount, metric: str, period: Period | None) -> Has | None:
    value = FieldCondition(field="value", op=op, value=amount.number)
    measured = at_time(having(points(metric), value), period.label if period else RECENT)
    return Has(has=measured.members()) if measured and amount.unit in ("", "%", "c") else None


def _under_way(at: datetime) -> Filter:
    return Filter(SetKind.WORK, (During(during=at),))


def _maintained(at: datetime) -> Filter:
    return Filter(SetKind.MAINTENANCE, (During(during=at),))


def _dated(field: Field, period: Period) -> Filter | None:
    """Return "created before 2024" as a condition of instants."""
    if field.type is not FieldType.INSTANT or is_recalled(period.label) or parted(period.label)[1]:
        return None
    write = _instant if field.name in KIND_FIELDS[field.kind] else _as_written
    low = FieldCondition(field=field.name, op=">=", value=write(period.start))
    high = FieldCondition(field=field.name, op="<", value=write(period.end))
    if period.is_since or period.label.endswith(FOREVER):
        return Filter(field.kind, (low,))
    is_open = period.label.startswith(EVER)
    return Filter(field.kind, (high,) if is_open else ordered((low, high)))


def _ahead(field: Field, period: Period) -> Filter | None:
    """Return "due before december 1": of days mostly to come, the next one may be meant."""
    return _dated(field, period) if field.is_ahead else None


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _as_written(at: datetime) -> str:
    """Return an instant as attributes have them: a day, or a day and a time, of their place."""
    return at.replace(tzinfo=None, microsecond=0).isoformat().removesuffix("T00:00:00")


def _arisen() -> Filter:
    """Return "alarms that fired": events, which all did."""
    return Filter(SetKind.EVENT)


RULES: Sequence[Rule] = rules_in(__file__, globals())
