"""Comparing two generations of a projection.

The database compares them: neither is read into memory.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa
from pydantic import JsonValue

from domain.views.projection import Difference, Equivalence, Values
from infrastructure.projections.projection import View

DIFFERENCE_LIMIT: Final = 20
"""How many differences a comparison names."""


def compare(connection: sa.Connection, view: View, *, live: int, rebuilt: int) -> Equivalence:
    """Return how two generations, which have come to the same position, compare."""
    pairs = _Pairs(view, live=live, rebuilt=rebuilt)
    equal_count = _count(connection, pairs.equal())
    counts = [(query, _count(connection, query)) for query in pairs.differing()]
    # Not asked for where there are none: to look for the first few, a database may go row by row.
    found = _first(connection, pairs, [query for query, count in counts if count])
    return Equivalence(equal_count, sum(count for _, count in counts), tuple(found))


class _Pairs:
    """The rows of two generations side by side, by key."""

    def __init__(self, view: View, *, live: int, rebuilt: int) -> None:
        self._view = view
        self.live = _rows(view, live).subquery("live")
        self.rebuilt = _rows(view, rebuilt).subquery("rebuilt")
        self._same_key = sa.and_(*(self.live.c[k] == self.rebuilt.c[k] for k in view.key))
        self._same_values = sa.and_(
            sa.true(),
            *(self.live.c[v].is_not_distinct_from(self.rebuilt.c[v]) for v in view.values),
        )

    def equal(self) -> sa.Select[Any]:
        return (
            self._select()
            .join_from(self.live, self.rebuilt, self._same_key)
            .where(self._same_values)
        )

    def differing(self) -> list[sa.Select[Any]]:
        """Those with other values, those only in the live one, those only in the rebuilt one."""
        both = self._select().join_from(self.live, self.rebuilt, self._same_key)
        only_live = self._select().join_from(self.live, self.rebuilt, self._same_key, isouter=True)
        only_rebuilt = self._select().join_from(
            self.rebuilt, self.live, self._same_key, isouter=True
        )
        first = self._view.key[0]
        return [
            both.where(sa.not_(self._same_values)),
            only_live.where(self.rebuilt.c[first].is_(None)),
            only_rebuilt.where(self.live.c[first].is_(None)),
        ]

    def difference(self, row: sa.Row[Any]) -> Difference:
        cells, width = tuple(row), len(self._view.key) + len(self._view.values)
        (live_key, live), (key, rebuilt) = self._split(cells[:width]), self._split(cells[width:])
        return Difference(key if rebuilt is not None else live_key, live, rebuilt)

    def _split(self, cells: tuple[JsonValue, ...]) -> tuple[Values, Values | None]:
        size = len(self._view.key)
        key = dict(zip(self._view.key, cells[:size], strict=True))
        values = dict(zip(self._view.values, cells[size:], strict=True))
        return key, None if cells[0] is None else values

    def _select(self) -> sa.Select[Any]:
        return sa.select(*self.live.c, *self.rebuilt.c)


def _rows(view: View, generation: int) -> sa.Select[Any]:
    return sa.select(*view.table.c[(*view.key, *view.values)]).where(view.of(generation))


def _count(connection: sa.Connection, query: sa.Select[Any]) -> int:
    counted = query.with_only_columns(sa.func.count(), maintain_column_froms=True)
    return connection.execute(counted).scalar_one()


def _first(
    connection: sa.Connection, pairs: _Pairs, queries: Sequence[sa.Select[Any]]
) -> Iterator[Difference]:
    left = DIFFERENCE_LIMIT
    for query in queries:
        for row in connection.execute(query.limit(left)):
            yield pairs.difference(row)
            left -= 1
