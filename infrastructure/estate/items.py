"""Listing the items of an estate, page by page, through the index of their codes."""

import sqlalchemy as sa

from domain.estate.fields import RecordKind
from domain.estate.phrases import normalised_name
from domain.estate.records import ConfigurationItem
from domain.run_filter.filter import AnyCall, Compare, RunFilter
from infrastructure.estate.columns import visible
from infrastructure.estate.tables import CIS
from infrastructure.run_list.conditions import Condition, compared, condition_of


def items(
    connection: sa.Connection, tenant_id: str, where: RunFilter, *, after: str | None, limit: int
) -> list[ConfigurationItem]:
    """See `Estate`."""
    columns = (CIS.c[name] for name in ConfigurationItem.model_fields)
    fits = condition_of(where, _leaf, is_negated=False)
    query = sa.select(*columns).where(*visible(RecordKind.CI, tenant_id), fits)
    if after is not None:
        place = sa.tuple_(CIS.c.code_phrase, CIS.c.ci_code)
        query = query.where(place > (normalised_name(after), after))
    first = query.order_by(CIS.c.code_phrase, CIS.c.ci_code).limit(limit)
    return [
        ConfigurationItem.model_validate({**row}) for row in connection.execute(first).mappings()
    ]


def _leaf(part: Compare | AnyCall, is_negated: bool) -> Condition:  # noqa: FBT001 - see Leaf
    if isinstance(part, AnyCall):
        message = "an item has no calls"
        raise TypeError(message)
    return compared(CIS.c[part.field], part, is_negated=is_negated)
