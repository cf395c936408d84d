"""A time that is said once of two things, which is that of both."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from adapters.planners.reader.meaning import Filter
from domain.query.sets import NONE, Condition, Has

ONCE: Final = "the time that is said once is taken for both"


def in_one_time(one: Filter, other: Filter) -> Sequence[Filter]:
    """Return both in the time that is said of one of them; nothing where there is no such time."""
    times = {each.has.time for by in (one, other) for each in by.where if isinstance(each, Has)}
    said = times - {None}
    if len(times) != 2 or len(said) != 1:  # noqa: PLR2004
        return ()
    (time,) = said
    return _in_time(one, str(time)), _in_time(other, str(time))


def in_last_time(one: Filter, other: Filter) -> Sequence[Filter]:
    """Return both in the time at the end: "rebooted and patched today".

    "Never rebooted and patched today" was not rebooted at any time.
    """
    is_open = all(isinstance(each, Has) and not each.has.time for each in one.where)
    is_never = _is_never(one) and not _is_never(other)
    return in_one_time(one, other) if is_open and not is_never else ()


def _is_never(by: Filter) -> bool:
    return any(isinstance(each, Has) and each.count == NONE for each in by.where)


def _in_time(by: Filter, time: str) -> Filter:
    """Return the filter with its records in a time, where none is said of them."""
    return replace(by, where=tuple(_has_in_time(each, time) for each in by.where))


def _has_in_time(condition: Condition, time: str) -> Condition:
    if not isinstance(condition, Has) or condition.has.time is not None:
        return condition
    return condition.model_copy(update={"has": condition.has.model_copy(update={"time": time})})
