"""What comes again, within labels of time: weekends, mondays, nights, outside office hours."""

from typing import Final

from domain.query.sets import AnyOf, Condition, EveryOf, FieldCondition, NoneOf

AGAIN: Final = "\n"
"""What stands before each thing that recurs, behind a label of time; no label has it."""


def parted(label: str) -> tuple[str, tuple[Condition, ...]]:
    """Return a label of time, which may be empty, and the conditions of what recurs in it."""
    time, *again = label.split(AGAIN)
    return time, tuple(each for said in again for each in _conditions(said))


def _conditions(said: str) -> tuple[Condition, ...]:
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
    return (NoneOf(none=(EveryOf(every=where),)),) if said.startswith("not ") else where
