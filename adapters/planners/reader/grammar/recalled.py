"""Times that a record tells: since its last reboot, in the hour before the alarm on srv-1."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.asked import is_one
from adapters.planners.reader.grammar.ordered import Place, place
from adapters.planners.reader.meaning import ITEM, Amount, Noun, Period, of_items
from adapters.planners.reader.recalled import How, Recalled
from domain.query.fields import OF_ITEMS, TIME_FIELDS
from domain.query.sets import SetKind

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = "of several, the last is meant"
_CLOSE: Final = "taken as the hour beside it"
_HOUR: Final = 3600
_OF_ANY: Final = 0.5
_SECONDS: Final = {"s": 1, "min": 60, "h": 3600, "d": 86_400, "week": 604_800}

Moment = tuple[Place, bool]
"""Records of which the first tells the time, and whether they are of the item that is asked."""


def _placed(found: Place) -> Costly | None:
    moment = _moment(found)
    is_of_any = found.noun.kind in OF_ITEMS and found.noun.of is None
    return moment and Costly(moment, _OF_ANY * is_of_any)


def _moment(found: Place, *, is_own: bool = False) -> Moment | None:
    is_dated = found.noun.kind in TIME_FIELDS and found.noun.kind not in (ITEM, SetKind.POINT)
    is_by_time = found.want.by == TIME_FIELDS.get(found.noun.kind)
    return (found, is_own) if is_dated and is_by_time and found.want.limit == 1 else None


def _named(noun: Noun) -> Costly | None:
    """Return "the alarm on srv-1": the last one."""
    found = place(noun, "last") if noun.of is not None and is_one(noun.of) else None
    moment = found and _moment(found)
    return moment and Costly(moment, 0.0, (_LAST,))


def _done(items: Noun, done: Noun) -> Costly | None:
    """Return "srv-1 went down"."""
    records = of_items(done, items)
    return _named(records) if records is not None else None


def _own(order: str, noun: Noun) -> Moment | None:
    """Return "its last reboot": of the item of which something is asked in that time."""
    is_open = noun.kind in OF_ITEMS and noun.of is None
    found = place(noun, order) if is_open else None
    return _moment(found, is_own=True) if found else None


def _own_last(noun: Noun) -> Costly | None:
    found = _own("last", noun)
    return found and Costly(found, 0.0, (_LAST,))


def _time(moment: Moment, how: How, seconds: float = 0.0) -> Period:
    ask = moment[0].with_fields(*_fields(moment[0].noun.kind, how)).ask()
    return Period(Recalled(how, ask, moment[1], seconds).label, _NEVER, _NEVER)


def _fields(kind: SetKind, how: How) -> tuple[str, ...]:
    """Return when such records begin, and where it matters, when they end."""
    is_span = how == "during" and kind not in (SetKind.EVENT, SetKind.RUN, SetKind.CALL)
    return (TIME_FIELDS[kind], *(("ended_at", "duration_min") if is_span else ()))


def _told(how: How, moment: Moment) -> Period:
    return _time(moment, how)


def _close(how: How, moment: Moment) -> Costly:
    return Costly(_time(moment, how, _HOUR), 0.0, (_CLOSE,))


def _amount(amount: Amount) -> float | None:
    return amount.number * _SECONDS.get(amount.unit, 0) or None


def _unit(unit: str) -> float | None:
    """Return "the hour" before something."""
    return _SECONDS.get(unit)


def _so_long(seconds: float, how: How, moment: Moment) -> Period | None:
    """Return "in the 2 hours before srv-1 went down"."""
    return _time(moment, how, seconds) if how != "during" else None


RULES: Sequence[Rule] = rules_in(__file__, globals())
