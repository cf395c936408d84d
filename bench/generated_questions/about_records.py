"""Questions about events, work and maintenance, and about items that have some."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bench.generated_questions.about_items import FUNCTIONS, Made, codes, how_many
from bench.generated_questions.making import Maker
from bench.generated_questions.pen import Pen
from bench.generated_questions.sets import Entries, Things
from bench.generated_questions.tables import Tables, either, moment
from bench.generated_questions.vocabulary import Field
from bench.generated_questions.windows import periods
from bench.questions.reading_estates import Cell
from bench.questions.truth_kinds import (
    Both,
    Buckets,
    Either,
    Groups,
    Moment,
    Number,
    Ranking,
    Records,
    Value,
    YesNo,
)

_MINUTE: Final = 60_000_000
_LONGEST_LIST: Final = 400


def count(maker: Maker, pen: Pen, some: Entries) -> Made:
    """How many there were."""
    return pen.say("record-count", s=some.said(pen)), how_many(maker.tables, some.sqls)


def listed(maker: Maker, pen: Pen, some: Entries) -> Made:
    """Which ones there were."""
    if min(maker.tables.count(sql) for sql in some.sqls) > _LONGEST_LIST:
        return None
    found = [maker.tables.column(f"select at from ({sql}) order by 1") for sql in some.sqls]
    return pen.say("record-list", s=some.said(pen)), either(Records(_times(at)) for at in found)


def _times(instants: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(f"{moment(at):%Y-%m-%dT%H:%M:%S}" for at in instants)


def exists(maker: Maker, pen: Pen, some: Entries) -> Made:
    """Whether there was one."""
    said = pen.say("record-exists", s=some.said(pen), one=some.said(pen, is_one=True))
    return said, either(YesNo(maker.tables.count(sql) > 0) for sql in some.sqls)


def last(maker: Maker, pen: Pen, some: Entries) -> Made:
    """When the last or first was, or the one before the last."""
    instants = _distinct(maker.tables, some)
    if len(instants) < 2:
        return None
    which = pen.pick(("last", "last", "first", "second-last"))
    at = {"last": instants[0], "first": instants[-1], "second-last": instants[1]}[which]
    return pen.say(which, one=some.said(pen, is_one=True)), Moment(_times([at])[0])


def last_few(maker: Maker, pen: Pen, some: Entries) -> Made:
    """The last few, in either order."""
    instants, number = _distinct(maker.tables, some), pen.pick((3, 5, 10))
    if len(instants) <= number:
        return None
    times = _times(instants[:number])
    truth = Either((Records(times, in_order=True), Records(times[::-1], in_order=True)))
    return pen.say("last-few", n=number, s=some.said(pen)), truth


def _distinct(tables: Tables, some: Entries) -> list[Cell]:
    """Return their instants, newest first; none where two are alike and so have no order."""
    if len(some.sqls) > 1:
        return []
    instants = tables.column(f"select at from ({some.sqls[0]}) order by 1 desc")
    minutes = [int(str(at)) // _MINUTE for at in instants[:12]]
    return instants if len(set(minutes)) == len(minutes) else []


def who(maker: Maker, pen: Pen, some: Entries) -> Made:
    """Who did, asked for or approved the last one."""
    fields = [each for each in _fields(some) if each.who]
    if not fields or not _distinct(maker.tables, some):
        return None
    field = pen.pick(fields)
    name = maker.tables.one(
        f"select {field.column} from ({some.sqls[0]}) order by at desc limit 1"
    )
    return pen.say("who", did=field.who, one=some.said(pen, is_one=True)), Value((str(name),))


def _fields(some: Entries) -> list[Field]:
    used = {each.about for each in some.conditions}
    return [each for each in some.kind.fields if each.sql not in used]


def figure(maker: Maker, pen: Pen, some: Entries) -> Made:
    """A figure over how long they took, of all or of each group; or which took longest."""
    if "duration" not in {each.name for each in _fields(some)} or len(some.sqls) > 1:
        return None
    (function, words), from_ = pen.pick(FUNCTIONS), f"from ({some.sqls[0]})"
    value = maker.tables.one(f"select {function}(minutes) {from_}")
    if not value:
        return None
    truth = Either((Number(float(value)), Number(float(value) / 60)))
    if function in {"max", "min"} and pen.is_so(0.5):
        at = maker.tables.column(f"select at {from_} where minutes = {value}")
        said = pen.say(
            "longest" if function == "max" else "shortest", one=some.said(pen, is_one=True)
        )
        return said, Either((*truth.readings, *map(Moment, _times(at))))
    parts = {"a": pen.one(words), "f": "duration", "s": some.said(pen)}
    by = pen.pick([each for each in _fields(some) if each.is_group])
    if pen.is_so(0.7) or by.name.startswith("type"):
        return pen.say("figure", **parts), truth
    figures = f"select {by.column} label, {function}(minutes) minutes {from_} group by 1"
    has = "minutes is not null and label is not null"
    rows = maker.tables.rows(f"select * from ({figures}) where {has}")
    groups = tuple((str(label), float(str(minutes))) for label, minutes in rows)
    return pen.say("group-figure", **parts, g=pen.one(by.name)), Groups(groups)


def share(maker: Maker, pen: Pen, some: Entries) -> Made:
    """Which part of them failed, was severe, or was done by somebody; or succeeded."""
    fields = [each for each in _fields(some) if each.after and each.name != "duration"]
    total = maker.tables.count(some.sqls[0])
    if not fields or len(some.sqls) > 1 or not total:
        return None
    field = pen.pick(fields)
    values = maker.values(field, some.kind.where, f"{some.kind.view} h")
    is_success = field.name.startswith("result") and "success" in values and pen.is_so(0.5)
    condition = maker.equal(field, "success" if is_success else pen.pick(values))
    hits = maker.tables.count(f"{some.sqls[0]} and {condition.sqls[0]}")
    if is_success:
        return pen.say("success", s=some.said(pen)), Number(100 * hits / total, 0.5)
    behind = [each for each in condition.after.split("|") if not each.startswith("wh")]
    state = pen.pick(behind).removeprefix("that ")
    state = state if state.startswith("were ") or "that " + state in behind else f"were {state}"
    return pen.say("record-share", s=some.said(pen), p=state), Number(100 * hits / total, 0.5)


def group(maker: Maker, pen: Pen, some: Entries) -> Made:
    """How many of them have each value."""
    field, groups = _grouped(maker, pen, some)
    if field is None or not groups:
        return None
    return pen.say("record-group", s=some.said(pen), f=pen.one(field.name)), Groups(groups)


def top_group(maker: Maker, pen: Pen, some: Entries) -> Made:
    """Which value, or who, has most of them."""
    field, groups = _grouped(maker, pen, some)
    if field is None or len(groups) < 2:
        return None
    if field.who:
        return pen.say("who-most", did=field.who, s=some.said(pen)), Ranking(groups, 1)
    said = pen.say("record-top-group", f=pen.one(field.name), s=some.said(pen))
    return said, Ranking(groups, 1)


def _grouped(
    maker: Maker, pen: Pen, some: Entries
) -> tuple[Field | None, tuple[tuple[str, float], ...]]:
    fields = [each for each in _fields(some) if each.is_group]
    if not fields or len(some.sqls) > 1:
        return None, ()
    field = pen.pick(fields)
    from_ = f"from ({some.sqls[0]}) where {field.column} is not null"
    rows = maker.tables.rows(
        f"select {field.column}, count(*) {from_} group by 1 order by 2 desc, 1"
    )
    return field, tuple((str(value), float(str(figure))) for value, figure in rows)


def buckets(maker: Maker, pen: Pen, some: Entries) -> Made:
    """How many there were in each day or hour."""
    if len(some.sqls) > 1 or some.window is None or not maker.tables.count(some.sqls[0]):
        return None
    is_long = (some.window.end - some.window.start).days >= 2
    unit, width = ("day", 10) if is_long or pen.is_so(0.2) else ("hour", 13)
    times = _times(maker.tables.column(f"select at from ({some.sqls[0]})"))
    figures = Counter(at[:width] for at in times)
    bare = Entries(some.kind, some.conditions, some.of, some.item)
    said = pen.say("bucket", s=bare.said(pen), u=unit, w=pen.one(some.window.said))
    return said, Buckets(tuple((at, float(each)) for at, each in sorted(figures.items())))


def compared(maker: Maker, pen: Pen, some: Entries) -> Made:
    """How many there were in two spans of time, or whether there were more in the newer one."""
    newer, older = pen.pick(periods(maker.tables.now))
    bare = Entries(some.kind, some.conditions)
    counted = [maker.tables.count(replace(bare, window=each).sqls[0]) for each in (newer, older)]
    parts = {"s": bare.said(pen), "a": newer.said, "b": older.said}
    if pen.is_so(0.4):
        return pen.say("more-than-before", **parts), YesNo(counted[0] > counted[1])
    return pen.say("compare-periods", **parts), Both(tuple(map(Number, counted)))


def busiest(maker: Maker, pen: Pen, some: tuple[Things, Entries]) -> Made:
    """Which items had most of them."""
    things, entries = some
    among = f"from ({entries.sqls[0]}) where code in ({things.sqls[0]})"
    rows = maker.tables.rows(f"select code, count(*) {among} group by 1 order by 2 desc, 1")
    ranked = tuple((str(code), float(str(figure))) for code, figure in rows)
    number = pen.pick((1, 1, 3, 5))
    if len(ranked) <= number or len(things.sqls) > 1:
        return None
    said, truth = entries.said(pen), Ranking(ranked, number)
    if number == 1:
        return pen.say("busiest-one", one=things.said(pen, is_one=True), s=said), truth
    return pen.say("busiest-few", n=number, t=things.said(pen), s=said), truth


def which_had(maker: Maker, pen: Pen, some: tuple[Things, Entries]) -> Made:
    """Which items had some or none of them, how many items, or whether all had."""
    things, entries = some
    which = pen.pick(("which-had", "count-had", "which-had-no", "count-had-no", "all-had"))
    one = things.said(pen, is_one=True)
    said = pen.say(which, t=things.said(pen), s=entries.said(pen), one=one)
    sign = "not in" if which.endswith("no") or which == "all-had" else "in"
    inside = f"select code from ({entries.sqls[0]})"
    sqls = [f"{sql} and c.code {sign} ({inside})" for sql in things.sqls]
    if which == "all-had":
        if not maker.tables.count(things.sqls[0]):
            return None
        return said, either(YesNo(not maker.tables.count(sql)) for sql in sqls)
    return said, (how_many if which.startswith("count") else codes)(maker.tables, sqls)


def item_had(maker: Maker, pen: Pen, some: Entries) -> Made:
    """Whether one item had some."""
    code, called = maker.item(maker.kind())
    bare = Entries(some.kind, some.conditions, window=some.window)
    is_so = maker.tables.count(f"{bare.sqls[0]} and h.code = '{code}'") > 0
    return pen.say("item-had", x=called, s=bare.said(pen)), YesNo(is_so)
