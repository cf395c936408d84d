"""The members of a set, one by one: lists, fields, places, and those that differ."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from domain.estate.queries import Sort
from domain.query.fields import RECORD_KINDS, TIME_FIELDS, shown_fields
from domain.query.model import ListWant, NthWant, QuantifiedWant, TopWant
from domain.query.selection import Selection
from domain.query.sets import Set, SetKind
from infrastructure.estate.record_pages import plain, terms
from infrastructure.estate.selection.measures import measured_value, value_of
from infrastructure.estate.selection.places import RANKS, in_place, ranks
from infrastructure.estate.selection.sources import Element, Members, Source
from infrastructure.estate.selection.where import Where

_FEW = 20
_FIRST = {SetKind.ITEM: "ci_code", SetKind.DOCUMENT: "title", SetKind.RULE: "rule_name"}
_BY_ENDS = "source"


def listed(where: Where, members: Set, want: ListWant) -> Selection:
    """Return a page of the members."""
    found = where.members(members)
    names = shown_fields(members.kind, want.fields)
    statement = _rows(found, names).order_by(
        *_order(found.source, want.by, descending=want.descending)
    )
    page = statement.limit(want.limit).offset(want.offset)
    selection = _selected(where, found, names, page)
    if selection.rows or not want.offset:
        return selection
    total = where.connection.scalar(found.select(sa.func.count()))
    return Selection(columns=names, rows=[], total=total or 0)


def nth(where: Where, members: Set, want: NthWant) -> Selection:
    """Return members at a place of an order; those without a value in it have none.

    The first one by a value, which is no instant, comes with all that share it.
    """
    found = where.members(members)
    instant = TIME_FIELDS.get(members.kind)
    by = want.by or instant or _FIRST.get(members.kind, _BY_ENDS)
    names = list(dict.fromkeys((*shown_fields(members.kind, want.fields), by)))
    value, order = (
        value_of(found.source.column(by)),
        _order(found.source, by, descending=want.descending),
    )
    if want.n == want.limit == 1 and by != instant:
        return _best(where, found, names, (value, order[: -len(found.source.key)]), TopWant())
    statement = _rows(found, names).where(value.is_not(None)).order_by(*order)
    return _selected(where, found, names, statement.limit(want.limit).offset(want.n - 1))


def top(where: Where, members: Set, want: TopWant) -> Selection:
    """Return the members of the highest values of a field of theirs, with all that share one."""
    found = where.members(members)
    names = list(dict.fromkeys((*shown_fields(members.kind, ()), want.by.field or "")))
    value = measured_value(found.source, want.by)
    ranking = value.asc() if want.ascending else value.desc()
    return _best(where, found, names, (value, [ranking]), want)


def _best(
    where: Where,
    found: Members,
    names: list[str],
    ranking: tuple[Element, Sequence[Element]],
    want: TopWant,
) -> Selection:
    """Return those with a value in the first places of an order, with all that share one."""
    value, order = ranking
    keys = [each.label(f"k{number}") for number, each in enumerate(found.source.key)]
    every = _rows(found, names).add_columns(*ranks(order), *keys)
    ranked = every.where(value.is_not(None)).subquery()
    shown = [each for each in ranked.c if each.name not in (*RANKS, *(k.name for k in keys))]
    statement = sa.select(*shown).where(in_place(ranked, want))
    of_keys = (ranked.c[each.name] for each in keys)
    statement = statement.order_by(ranked.c.place, *of_keys).limit(_most(want.n))
    return _selected(where, found, names, statement)


def quantified(where: Where, members: Set, want: QuantifiedWant) -> Selection:
    """Return whether all, any or none of the members meet a condition, and the telling ones."""
    found = where.members(members)
    meets = sa.func.coalesce(where.claim(found.source, want.condition), sa.false())
    part = sa.func.coalesce(sa.func.sum(sa.case((meets, 1), else_=0)), 0)
    total, so_many = where.connection.execute(found.select(sa.func.count(), part)).one()
    telling = sa.not_(meets) if want.do == "all" else meets
    names = shown_fields(members.kind, ())
    rows = _rows(found, names).where(telling).order_by(*_order(found.source, None)).limit(_FEW)
    selection = _selected(where, found, names, rows)
    is_so = {"all": so_many == total, "any": so_many > 0, "none": so_many == 0}[want.do]
    return Selection(
        columns=names,
        rows=selection.rows,
        total=total,
        part=int(so_many),
        value=is_so and (total > 0 or want.do != "all"),
        keys=selection.keys,
        newest_at=selection.newest_at,
    )


def _most(places: int) -> int:
    """Return how many may share so many places and be shown."""
    return max(places, 50)


def _rows(found: Members, names: Sequence[str]) -> sa.Select[Any]:
    """Return the fields of the members with their key, how many there are, and the newest."""
    source = found.source
    values = [value_of(source.column(name)).label(f"f{n}") for n, name in enumerate(names)]
    newest: Element = sa.cast(None, sa.BigInteger)
    if source.instant is not None:
        newest = sa.func.max(source.instant).over()
    about = (_key(source).label("key"), sa.func.count().over().label("total"))
    return found.select(*values, *about, newest.label("newest"))


def _key(source: Source) -> Element:
    if source.kind is SetKind.ITEM:
        return source.columns["ci_code"]
    if source.kind is SetKind.WORK_AND_MAINTENANCE:
        return source.key[0] + ":" + source.key[1]
    return source.key[0]


def _selected(
    where: Where, found: Members, names: list[str], statement: sa.Select[Any]
) -> Selection:
    rows = where.connection.execute(statement).all()
    *_, total, newest = rows[0] if rows else (0, None)
    kind = RECORD_KINDS.get(found.source.kind)
    prefix = "" if found.source.kind is SetKind.WORK_AND_MAINTENANCE else f"{kind}:"
    return Selection(
        columns=names,
        rows=[[plain(value) for value in row[: len(names)]] for row in rows],
        total=total,
        keys=[f"{prefix}{row.key}" for row in rows] if kind else None,
        newest_at=newest,
    )


def _order(source: Source, by: str | None, *, descending: bool = False) -> list[Element]:
    """Return the order: by a field, else newest first, or by code or name."""
    first = by or _FIRST.get(source.kind) or TIME_FIELDS.get(source.kind)
    if first is None:
        return [source.columns[name].asc() for name in ("source", "target", "rel_type")]
    is_newest_first = by is None and source.kind not in _FIRST
    sort = Sort(field=first, direction="DESC" if descending or is_newest_first else "ASC")
    return [*terms(source.column(first), sort), *source.key]
