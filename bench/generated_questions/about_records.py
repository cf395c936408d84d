"""Questions about events, work and maintenance, and about items that have some."""

from collections.abc import Sequence

from bench.generated_questions.about_items import Made, codes, how_many
from bench.generated_questions.making import Maker
from bench.generated_questions.pen import Pen
from bench.generated_questions.sets import Entries, Things
from bench.generated_questions.tables import Cell, Tables, either, microseconds, moment
from bench.generated_questions.vocabulary import Field
from bench.questions.truth_kinds import (
    Both,
    Buckets,
    Either,
    Groups,
    Moment,
    Number,
    Ranking,
    Records,
    Truth,
    Value,
    YesNo,
)


def count(maker: Maker, pen: Pen, some: Entries) -> Made:
    """How many there were."""
    said = pen.say(
        "how many {s}|how many {s} were there|number of {s}|count {s}|count of {s}"
        "|how many {s} did we have|how many {s} happened|total number of {s}",
        s=some.said(pen),
    )
    return said, how_many(maker.tables, some.sqls)


def listed(maker: Maker, pen: Pen, some: Entries) -> Made:
    """Which ones there were."""
    if min(maker.tables.count(sql) for sql in some.sqls) > 400:
        return None
    said = pen.say("list {s}|show {s}|show me all {s}|{s}|which {s} were there|what {s} were there|list the {s}", s=some.said(pen))
    return said, either(Records(_times(maker.tables.column(f"select at from ({sql}) order by 1"))) for sql in some.sqls)


def _times(instants: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(f"{moment(at):%Y-%m-%dT%H:%M:%S}" for at in instants)


def exists(maker: Maker, pen: Pen, some: Entries) -> Made:
    """Whether there was one."""
    said = pen.say("were there any {s}|any {s}|was there any {one}|did we have any {s}|have there been any {s}",
                   s=some.said(pen), one=some.said(pen, is_one=True))  # fmt: skip
    return said, either(YesNo(maker.tables.count(sql) > 0) for sql in some.sqls)


def last(maker: Maker, pen: Pen, some: Entries) -> Made:
    """When the last or first was."""
    instants = _distinct(maker.tables, some)
    if not instants:
        return None
    is_last = pen.is_so(0.7)
    said = pen.say("when was the {l} {one}|{l} {one}, when|when did the {l} {one} happen|date of the {l} {one}|time of {l} {one}",
                   l=pen.one("last|most recent|latest") if is_last else pen.one("first|earliest"), one=some.said(pen, is_one=True))  # fmt: skip
    return said, Moment(_times([instants[0] if is_last else instants[-1]])[0])


def last_few(maker: Maker, pen: Pen, some: Entries) -> Made:
    """The last few or the one before the last."""
    instants = _distinct(maker.tables, some)
    number = pen.pick((3, 5, 10))
    if len(instants) <= number:
        return None
    if pen.is_so(0.2):
        return pen.say("second to last {one}|the second last {one}, when was it", one=some.said(pen, is_one=True)), Moment(_times([instants[1]])[0])
    said = pen.say("last {n} {s}|the {n} most recent {s}|show the last {n} {s}|latest {n} {s}|list the {n} latest {s}", n=number, s=some.said(pen))
    return said, Records(_times(instants[:number]))


def _distinct(tables: Tables, some: Entries) -> list[Cell]:
    """Return their instants, newest first; none where two are alike and so have no order."""
    instants = tables.column(f"select at from ({some.sqls[0]}) order by 1 desc") if len(some.sqls) == 1 else []
    return instants if len({int(str(at)) // 60_000_000 for at in instants[:12]}) == len(instants[:12]) else []


def who(maker: Maker, pen: Pen, some: Entries) -> Made:
    """Who did, asked for or approved the last one."""
    fields = [each for each in some.kind.fields if each.who and each.sql not in {c.about for c in some.conditions}]
    if not fields or not _distinct(maker.tables, some):
        return None
    field = pen.pick(fields)
    rows = maker.tables.rows(f"select {field.sql.removeprefix('h.')} from ({some.sqls[0]}) order by at desc limit 1")
    said = pen.say("who {did} the last {one}|who {did} the most recent {one}|who {did} the latest {one}",
                   did=field.who, one=some.said(pen, is_one=True))  # fmt: skip
    return said, Value((str(rows[0][0]),))


def figure(maker: Maker, pen: Pen, some: Entries) -> Made:
    """A figure over how long they took."""
    fields = [each for each in some.kind.fields if each.name == "duration"]
    if not fields or len(some.sqls) > 1:
        return None
    function, words = pen.pick((("avg", "average|mean"), ("max", "longest|maximum"), ("min", "shortest|minimum"), ("sum", "total")))
    if not (value := maker.tables.one(f"select {function}(minutes) from ({some.sqls[0]})")):
        return None
    said = pen.say("{w} duration of {s}|what is the {w} duration of {s}|what was the {w} duration of {s}", w=pen.one(words), s=some.said(pen))
    return said, Either((Number(float(value)), Number(float(value) / 60)))


def share(maker: Maker, pen: Pen, some: Entries) -> Made:
    """Which part of them failed, was severe, or was done by somebody."""
    fields = [each for each in some.kind.fields if each.after and each.name != "duration" and each.sql not in {c.about for c in some.conditions}]
    if not fields or len(some.sqls) > 1 or not (total := maker.tables.count(some.sqls[0])):
        return None
    field = pen.pick(fields)
    condition = maker.equal(field, pen.pick(maker.values(field, some.kind.where, f"{some.kind.view} h")))
    narrower = Entries(some.kind, (*some.conditions, condition), some.of, some.item, some.window)
    state = pen.one("|".join(each for each in condition.after.split("|") if not each.startswith("wh")))
    state = state if state.startswith("that") else f"that were {state}"
    said = pen.say("what percentage of {s} {p}|percentage of {s} {q}|what share of {s} {p}", s=some.said(pen), p=state.removeprefix("that "), q=state)
    return said, Number(100 * maker.tables.count(narrower.sqls[0]) / total, 0.5)


def group(maker: Maker, pen: Pen, some: Entries) -> Made:
    """How many of them have each value."""
    field = _group_field(pen, some)
    if field is None or len(some.sqls) > 1 or not (groups := _groups(maker.tables, field, some)):
        return None
    said = pen.say("{s} by {f}|{s} per {f}|how many {s} per {f}|number of {s} by {f}|count {s} per {f}|how many {s} were there per {f}",
                   s=some.said(pen), f=pen.one(field.name))  # fmt: skip
    return said, Groups(groups)


def _group_field(pen: Pen, some: Entries) -> Field | None:
    used = {each.about for each in some.conditions}
    fields = [each for each in some.kind.fields if each.is_group and each.sql not in used]
    return pen.pick(fields) if fields else None


def _groups(tables: Tables, field: Field, some: Entries) -> tuple[tuple[str, float], ...]:
    column = field.sql.removeprefix("h.")
    sql = f"select {column}, count(*) from ({some.sqls[0]}) where {column} is not null group by 1 order by 2 desc, 1"
    return tuple((str(value), float(str(figure))) for value, figure in tables.rows(sql))


def top_group(maker: Maker, pen: Pen, some: Entries) -> Made:
    """Which value, or who, has most of them."""
    field = _group_field(pen, some)
    if field is None or len(some.sqls) > 1 or not (groups := _groups(maker.tables, field, some))[1:]:
        return None
    if field.who:
        said = pen.say("who {did} the most {s}", did=field.who, s=some.said(pen))
    else:
        said = pen.say("which {f} has the most {s}|which {f} had the most {s}|{f} with the most {s}", f=pen.one(field.name), s=some.said(pen))
    return said, Ranking(groups, 1)


def buckets(maker: Maker, pen: Pen, some: Entries) -> Made:
    """How many there were in each day or hour."""
    if len(some.sqls) > 1 or some.window is None or not maker.tables.count(some.sqls[0]):
        return None
    long = (some.window.end - some.window.start).total_seconds() > 2 * 86_400
    is_daily = long or pen.is_so(0.2)
    width = 10 if is_daily else 13
    figures: dict[str, float] = {}
    for at in _times(maker.tables.column(f"select at from ({some.sqls[0]})")):
        figures[at[:width]] = figures.get(at[:width], 0) + 1
    unit = "day" if is_daily else "hour"
    bare = Entries(some.kind, some.conditions, some.of, some.item)
    said = pen.say("{s} per {u} {w}|how many {s} per {u} {w}|number of {s} per {u} {w}|{s} by {u} {w}|count {s} per {u} {w}",
                   s=bare.said(pen), u=unit, w=pen.one(some.window.said))  # fmt: skip
    return said, Buckets(tuple(sorted(figures.items())))


def compared(maker: Maker, pen: Pen, some: Entries) -> Made:
    """How many there were today and yesterday, or with one value and another."""
    bare = Entries(some.kind, some.conditions)
    today = microseconds(maker.tables.now.replace(hour=0, minute=0, second=0, microsecond=0))
    counted = [
        maker.tables.count(f"{bare.sqls[0]} and h.at >= {start} and h.at < {start + 86_400_000_000}")
        for start in (today, today - 86_400_000_000)
    ]  # fmt: skip
    said = pen.say("compare {s} today and yesterday|{s} today vs yesterday|compare the number of {s} of today with yesterday|{s} today compared to yesterday", s=bare.said(pen))
    return said, Both((Number(counted[0]), Number(counted[1])))


def busiest(maker: Maker, pen: Pen, some: tuple[Things, Entries]) -> Made:
    """Which items had most of them."""
    things, entries = some
    sql = f"select code, count(*) from ({entries.sqls[0]}) where code in ({things.sqls[0]}) group by 1 order by 2 desc, 1"
    ranked = tuple((str(code), float(str(figure))) for code, figure in maker.tables.rows(sql))
    number = pen.pick((1, 1, 3, 5))
    if len(ranked) <= number or len(things.sqls) > 1:
        return None
    if number == 1:
        said = pen.say("which {one} had the most {s}|what {one} has the most {s}|{one} with the most {s}|which {one} has had the most {s}",
                       one=things.said(pen, is_one=True), s=entries.said(pen))  # fmt: skip
    else:
        said = pen.say("which {n} {t} had the most {s}|top {n} {t} by {s}|top {n} {t} by number of {s}|{n} {t} with the most {s}",
                       n=number, t=things.said(pen), s=entries.said(pen))  # fmt: skip
    return said, Ranking(ranked, number)


def had(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which items had some, or none, or how many items."""
    if not any(each.is_long for each in some.conditions):
        return None
    if pen.is_so(0.4):
        return pen.say("how many {s}|how many {s} are there|number of {s}|count {s}", s=some.said(pen)), how_many(maker.tables, some.sqls)
    said = pen.say("which {s} are there|list {s}|show {s}|{s}|list all {s}|find {s}", s=some.said(pen))
    return said, codes(maker.tables, some.sqls)


def which_had(maker: Maker, pen: Pen, some: tuple[Things, Entries]) -> Made:
    """Which items had some or none of them, or how many items."""
    things, entries = some
    inside = f"select code from ({entries.sqls[0]})"
    wordings, sign = pen.pick((
        ("which {t} had {s}|what {t} had {s}|which {t} have had {s}", "in"),
        ("how many {t} had {s}|how many {t} have had {s}", "in"),
        ("which {t} had no {s}|which {t} did not have any {s}|which {t} never had {s}|which {t} have had no {s}", "not in"),
        ("how many {t} had no {s}|how many {t} did not have any {s}", "not in"),
    ))  # fmt: skip
    said = pen.say(wordings, t=things.said(pen), s=entries.said(pen))
    sqls = [f"{sql} and c.code {sign} ({inside})" for sql in things.sqls]
    truth: Truth = how_many(maker.tables, sqls) if wordings.startswith("how") else codes(maker.tables, sqls)
    return said, truth


def item_had(maker: Maker, pen: Pen, some: Entries) -> Made:
    """Whether one item had some."""
    kind = maker.kind()
    code, called = maker.item(kind)
    bare = Entries(some.kind, some.conditions, window=some.window)
    said = pen.say("did {x} have any {s}|has {x} had any {s}|did {x} have {s}", x=called, s=bare.said(pen))
    return said, YesNo(maker.tables.count(f"{bare.sqls[0]} and h.code = '{code}'") > 0)
