"""Questions about two things at once: two items, two sets, two kinds of records, two periods."""

from dataclasses import replace

from bench.generated_questions.about_items import (
    Made,
    codes,
    free_fields,
    how_many,
    predicate_of,
)
from bench.generated_questions.making import Maker
from bench.generated_questions.pen import Pen
from bench.generated_questions.sets import Entries, Things
from bench.generated_questions.tables import quoted
from bench.generated_questions.windows import periods
from bench.questions.truth_kinds import Both, Either, Items, Number, YesNo

_LONGEST_LIST = 40


def more_of(maker: Maker, pen: Pen, some: Things) -> Made:
    """Whether one item has more of something than another, or which of both has."""
    fields = [each for each in free_fields(maker, some) if each.most and each.amount]
    (code, called), (other, other_called) = maker.item(some.kind), maker.item(some.kind)
    if not fields or code == other:
        return None
    field, which = pen.pick(fields), pen.pick(("more-of", "which-more"))
    one, two = (_value(maker, field.sql, each) for each in (code, other))
    if not isinstance(one, int | float) or not isinstance(two, int | float) or one == two:
        return None
    name = pen.one(field.name).removeprefix("number of ")
    said = pen.say(which, x=called, y=other_called, f=name)
    if which == "which-more":
        winner = Items(frozenset({code if one > two else other}))
        return said, Either((winner, Both((Number(float(one)), Number(float(two))))))
    return said, YesNo(one > two)


def _value(maker: Maker, column: str, code: str) -> object:
    return maker.tables.one(f"select {column} from ci c where c.code = {quoted(code)}")


def same(maker: Maker, pen: Pen, some: Things) -> Made:
    """Whether two items have the same value."""
    fields = [each for each in free_fields(maker, some) if each.is_group]
    (code, called), (other, other_called) = maker.item(some.kind), maker.item(some.kind)
    if not fields or code == other:
        return None
    field = pen.pick(fields)
    values = [_value(maker, field.sql, each) for each in (code, other)]
    if None in values:
        return None
    said = pen.say("same", x=called, y=other_called, f=pen.one(field.name))
    return said, YesNo(values[0] == values[1])


def lists(maker: Maker, pen: Pen, some: tuple[Things, Things]) -> Made:
    """Two lists in one question."""
    one, other = some
    counts = [maker.tables.count(each.sqls[0]) for each in some]
    if one.kind == other.kind or one.is_long or other.is_long or max(counts) > _LONGEST_LIST:
        return None
    truth = Both((codes(maker.tables, one.sqls), codes(maker.tables, other.sqls)))
    return pen.say("two-lists", a=one.said(pen), b=other.said(pen)), truth


def of_them(maker: Maker, pen: Pen, some: Things) -> Made:
    """How many there are, and how many of them are something."""
    condition = predicate_of(maker, pen, some)
    if condition is None or some.is_long:
        return None
    sets = (some, some.with_(condition))
    truth = Both(tuple(how_many(maker.tables, each.sqls) for each in sets))
    return pen.say("of-them", s=some.said(pen), p=pen.one(condition.predicate)), truth


def had_both(maker: Maker, pen: Pen, some: tuple[Things, Entries]) -> Made:
    """Which items had two kinds of records, or one of them and not the other."""
    things, entries = some
    one, other = replace(entries, window=None), Entries(pen.pick(maker.words.records))
    if one.kind == other.kind or things.is_long:
        return None
    which = pen.pick(("had-both", "had-but", "count-had-both", "had-neither"))
    said = pen.say(which, t=things.said(pen), a=one.said(pen), b=other.said(pen))
    signs = {"had-but": ("in", "not in"), "had-neither": ("not in", "not in")}
    has = [
        f"c.code {sign} (select code from ({each.sqls[0]}))"
        for sign, each in zip(signs.get(which, ("in", "in")), (one, other), strict=True)
    ]
    sqls = [f"{sql} and {has[0]} and {has[1]}" for sql in things.sqls]
    return said, (how_many if which.startswith("count") else codes)(maker.tables, sqls)


def difference(maker: Maker, pen: Pen, some: Entries) -> Made:
    """How many more or fewer there were than in the span before."""
    newer, older = pen.pick(periods(maker.tables.now))
    bare = Entries(some.kind, some.conditions)
    new, old = (maker.tables.count(replace(bare, window=e).sqls[0]) for e in (newer, older))
    which = (
        "difference" if pen.is_so(0.4) else ("how-many-more" if new > old else "how-many-fewer")
    )
    said = pen.say(which, s=bare.said(pen), a=newer.said, b=older.said)
    return said, Either((Number(abs(new - old)), Both((Number(new), Number(old)))))
