"""Answers an ask: each of its sets in turn."""

from datetime import datetime

import sqlalchemy as sa

from domain.estate.errors import WrongValue
from domain.ports import FoundRuns, not_searched
from domain.query.model import (
    Ask,
    CountWant,
    DistributionWant,
    ExistsWant,
    FieldWant,
    ListWant,
    MeasureWant,
    NthWant,
    PerWant,
    QuantifiedWant,
    ShareWant,
    TopWant,
    Want,
)
from domain.query.selection import Selection
from domain.query.sets import Function, Set, SetKind
from infrastructure.estate.selection.groups import (
    counted,
    first_groups,
    measured,
)
from infrastructure.estate.selection.members import listed, nth, quantified, top
from infrastructure.estate.selection.open_fields import require_known
from infrastructure.estate.selection.shares import distributed, shared
from infrastructure.estate.selection.where import Where
from infrastructure.projections.generations import CatchUp, caught_up
from infrastructure.projections.tables import RUN_CALLS

_FEW = 10


def select(
    connection: sa.Connection, tenant_id: str, ask: Ask, *, now: datetime
) -> list[Selection]:
    """See `QueriedEstate.select`."""
    require_known(connection, tenant_id, ask)
    where = Where(connection, tenant_id, now)
    return [_one(where, members, ask.want) for members in ask.of]


def unread_calls(ask: Ask, catch_up: CatchUp | None) -> str | None:
    """Let the list of tool calls catch up if it is asked for; return what it still lacks."""
    if catch_up is None or all(members.kind is not SetKind.CALL for members in ask.of):
        return None
    lag = caught_up(catch_up, RUN_CALLS.name)
    return not_searched(FoundRuns([], *lag)) if lag.event_count else None


def _one(where: Where, members: Set, want: Want) -> Selection:  # noqa: C901, PLR0911, PLR0912 - one for each
    match want:
        case CountWant():
            return counted(where, members, want)
        case ListWant():
            return listed(where, members, want)
        case FieldWant(fields=fields):
            return listed(where, members, ListWant(fields=fields))
        case ExistsWant():
            return listed(where, members, ListWant(limit=_FEW))
        case QuantifiedWant():
            return quantified(where, members, want)
        case NthWant():
            return nth(where, members, want)
        case TopWant(by=measure, group=group):
            is_of_member = measure.of is None and not group
            if is_of_member and measure.function is not Function.COUNT:
                return top(where, members, want)
            return first_groups(where, members, want)
        case MeasureWant():
            return measured(where, members, want)
        case ShareWant():
            return shared(where, members, want)
        case DistributionWant():
            return distributed(where, members, want)
        case PerWant():
            from infrastructure.estate.selection.buckets import per_bucket  # noqa: PLC0415 - few ask for it

            return per_bucket(where, members, want)
        case _:
            raise WrongValue(field="do", value=want.do, expected="what sets of records answer")
