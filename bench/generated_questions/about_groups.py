"""Questions about the figures, shares, groups and different values of items."""

from bench.generated_questions.about_items import FUNCTIONS, Made, free_fields, predicate_of
from bench.generated_questions.making import Maker
from bench.generated_questions.pen import Pen
from bench.generated_questions.sets import Things
from bench.generated_questions.tables import Tables
from bench.generated_questions.vocabulary import Field
from bench.questions.truth_kinds import Groups, Labels, Number, Ranking


def measure(maker: Maker, pen: Pen, some: Things) -> Made:
    """A figure over a number that they have, of all or for each group."""
    fields = [
        each for each in free_fields(maker, some) if each.amount and each.name != "criticality"
    ]
    if not fields or not maker.tables.count(some.sqls[0]):
        return None
    field, (function, words) = pen.pick(fields), pen.pick(FUNCTIONS)
    parts = {"a": pen.one(words), "f": pen.one(field.name), "s": some.said(pen)}
    figure = f"{function}(cast({field.sql} as real)) from ci c where c.code in ({some.sqls[0]})"
    by = group_field(maker, pen, some)
    if by is None or by == field or pen.is_so(0.6):
        return pen.say("figure", **parts), Number(float(maker.tables.one(f"select {figure}") or 0))
    rows = maker.tables.rows(f"select {by.sql}, {figure} and {by.sql} is not null group by 1")
    groups = tuple((str(value), float(figure or 0)) for value, figure in rows)
    return pen.say("group-figure", **parts, g=pen.one(by.name)), Groups(groups)


def share(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which part of them is something."""
    condition, total = predicate_of(maker, pen, some), maker.tables.count(some.sqls[0])
    if condition is None or not total or some.is_long:
        return None
    hits = maker.tables.count(some.with_(condition).sqls[0])
    said = pen.say("share", s=some.said(pen), p=pen.one(condition.predicate))
    return said, Number(100 * hits / total, 0.5)


def group(maker: Maker, pen: Pen, some: Things) -> Made:
    """How many of them have each value."""
    field = group_field(maker, pen, some)
    groups = groups_of(maker.tables, field, some) if field else ()
    if field is None or not groups:
        return None
    return pen.say("group", s=some.said(pen), f=pen.one(field.name)), Groups(groups)


def group_field(maker: Maker, pen: Pen, some: Things) -> Field | None:
    """Return a field that parts them into groups, and that no condition is on."""
    fields = [each for each in free_fields(maker, some) if each.is_group]
    return pen.pick(fields) if fields else None


def groups_of(tables: Tables, field: Field, some: Things) -> tuple[tuple[str, float], ...]:
    """Return how many of them have each value, most first."""
    has = f"c.code in ({some.sqls[0]}) and {field.sql} is not null"
    sql = f"select {field.sql}, count(*) from ci c where {has} group by 1 order by 2 desc"
    return tuple((str(value), float(figure or 0)) for value, figure in tables.rows(sql))


def top_group(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which value most of them have."""
    field = group_field(maker, pen, some)
    if field is None or not (groups := groups_of(maker.tables, field, some))[1:]:
        return None
    is_least = pen.is_so(0.25)
    most, name = "fewest" if is_least else "most", pen.one(field.name)
    ranked = tuple(reversed(groups)) if is_least else groups
    return pen.say("top-group", f=name, s=some.said(pen), most=most), Ranking(ranked, 1)


def distinct(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which values there are of a field, or how many."""
    field = group_field(maker, pen, some)
    groups = groups_of(maker.tables, field, some) if field else ()
    names = plurals(field) if field else []
    if not groups or not names:
        return None
    parts = {"f": pen.pick(names), "s": some.said(pen)}
    if pen.is_so(0.5):
        return pen.say("distinct-count", **parts), Number(len(groups))
    return pen.say("distinct", **parts), Labels(frozenset(label for label, _ in groups))


def plurals(field: Field) -> list[str]:
    """Return the names of a field for several values."""
    return [f"{each}s" for each in field.name.split("|") if _has_plural(each)]


def _has_plural(name: str) -> bool:
    return not name.endswith(("s", "y", "RAM", "raid")) and " of " not in name
