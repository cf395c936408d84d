"""The places of a ranking."""

from collections.abc import Sequence

import sqlalchemy as sa

from domain.query.model import TopWant
from infrastructure.estate.selection.sources import Element

RANKS = ("place", "number")


def ranks(order: Sequence[Element]) -> list[Element]:
    """Return the place of each, shared by those of the same value, and its number."""
    made = (sa.func.rank(), sa.func.row_number())
    return [each.over(order_by=order).label(name) for each, name in zip(made, RANKS, strict=True)]


def in_place(ranked: sa.Subquery, want: TopWant) -> sa.ColumnElement[bool]:
    """Return whether one is among those that are wanted; the n-th shares its place with others."""
    if not want.only_last:
        return ranked.c.place <= want.n
    nth = sa.select(ranked.c.place).where(ranked.c.number == want.n).correlate(None)
    return ranked.c.place == nth.scalar_subquery()
