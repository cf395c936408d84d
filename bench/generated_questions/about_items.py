"""Questions about items: counts, lists, fields, yes and no, superlatives, figures, groups."""

from collections.abc import Sequence

from bench.generated_questions.making import Maker, quoted, spoken
from bench.generated_questions.pen import Pen
from bench.generated_questions.sets import Condition, Things
from bench.generated_questions.tables import Tables, either
from bench.generated_questions.vocabulary import Field
from bench.questions.truth_kinds import (
    Both,
    Groups,
    Items,
    Labels,
    Number,
    Ranking,
    Truth,
    Value,
    YesNo,
)

Made = tuple[str, Truth] | None


def codes(tables: Tables, sqls: Sequence[str]) -> Truth:
    """Return the items that each reading gives."""
    return either(Items(frozenset(map(str, tables.column(sql)))) for sql in sqls)


def how_many(tables: Tables, sqls: Sequence[str]) -> Truth:
    """Return how many rows each reading gives."""
    return either(Number(tables.count(sql)) for sql in sqls)


def count(maker: Maker, pen: Pen, some: Things) -> Made:
    """How many there are."""
    said = pen.say(
        "how many {s} are there|how many {s} do we have|number of {s}|count {s}|how many {s}"
        "|what is the number of {s}|count of {s}|total number of {s}|how many {s} exist"
        "|tell me how many {s} there are|{s}: how many|count the {s}",
        s=some.said(pen),
    )
    return said, how_many(maker.tables, some.sqls)


def listed(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which ones there are."""
    said = pen.say(
        "list {s}|list all {s}|show {s}|show me the {s}|which {s} are there|which {s} do we have"
        "|{s}|give me all {s}|what {s} are there|what are the {s}|find {s}|names of all {s}",
        s=some.said(pen),
    )
    return said, codes(maker.tables, some.sqls)


def exists(maker: Maker, pen: Pen, some: Things) -> Made:
    """Whether there is one."""
    said = pen.say(
        "are there any {s}|do we have any {s}|any {s}|is there any {one}|do any {s} exist",
        s=some.said(pen), one=some.said(pen, is_one=True),
    )  # fmt: skip
    found = [frozenset(map(str, maker.tables.column(sql))) for sql in some.sqls]
    return said, either(YesNo(bool(each), each) for each in found)


def every(maker: Maker, pen: Pen, some: Things) -> Made:
    """Whether all, any or none of them are something."""
    condition = _predicate(maker, pen, some)
    if condition is None or not some.kind.many:
        return None
    wordings, is_all, is_none = pen.pick((
        ("are all {s} {p}|are all of the {s} {p}|is every {one} {p}", True, False),
        ("are any {s} {p}|are any of the {s} {p}|is any {one} {p}", False, False),
        ("are none of the {s} {p}|is none of the {s} {p}|is no {one} {p}", False, True),
    ))  # fmt: skip
    said = pen.say(
        wordings, s=some.said(pen), one=some.said(pen, is_one=True), p=pen.one(condition.predicate)
    )
    total = maker.tables.count(some.sqls[0])
    hits = maker.tables.count(some.with_(condition).sqls[0])
    if not total:
        return None
    return said, YesNo(hits == total if is_all else hits == 0 if is_none else hits > 0)


def _predicate(maker: Maker, pen: Pen, some: Things) -> Condition | None:
    used = {each.about for each in some.conditions}
    fields = [each for each in maker.words.fields_of(some.kind.key) if each.predicate and each.sql not in used]
    if not fields:
        return None
    field = pen.pick(fields)
    return maker.equal(field, pen.pick(maker.values(field, some.kind.where)))


def one_is(maker: Maker, pen: Pen, some: Things) -> Made:
    """Whether one item is something."""
    condition = _predicate(maker, pen, some)
    if condition is None:
        return None
    code, called = maker.item(some.kind)
    said = pen.say("is {x} {p}|is {x} {p}|is {kind} {x} {p}", x=called,
                   p=pen.one(condition.predicate), kind=pen.one(some.kind.one))  # fmt: skip
    here = Condition("code", (f"c.code = {quoted(code)}",))
    return said, YesNo(maker.tables.count(Things(some.kind, (here, condition)).sqls[0]) > 0)


def field_of(maker: Maker, pen: Pen, some: Things) -> Made:
    """What a field of one item is."""
    fields = [each for each in maker.words.fields_of(some.kind.key) if each.ask]
    if not fields:
        return None
    field, (code, called) = pen.pick(fields), maker.item(some.kind)
    truth = _value(maker, field, code)
    if truth is None:
        return None
    if pen.is_so(0.2):
        said = pen.say("what is the {f} of {x}|{f} of {x}|{x}'s {f}|{x} {f}", f=pen.one(field.name), x=called)
        return said, truth
    return pen.say(field.ask, x=called), truth


def two_fields(maker: Maker, pen: Pen, some: Things) -> Made:
    """What two fields of one item are."""
    fields = [each for each in maker.words.fields_of(some.kind.key) if each.ask]
    if len(fields) < 2:
        return None
    one, other = pen.chance.sample(fields, 2)
    code, called = maker.item(some.kind)
    truths = [_value(maker, each, code) for each in (one, other)]
    names = {"f": pen.one(one.name), "g": pen.one(other.name), "x": called}
    said = pen.say("{f} and {g} of {x}|what are the {f} and {g} of {x}|show {f} and {g} of {x}", **names)
    values = [each for each in truths if each]
    return (said, Both((values[0], values[1]))) if len(values) == 2 else None


def _value(maker: Maker, field: Field, code: str) -> Value | None:
    value = maker.tables.one(f"select {field.sql} from ci c where c.code = {quoted(code)}")
    return None if value in (None, "") else Value((str(value), *spoken(field, value).split("|")))


def found_by(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which item has a value that no other has."""
    fields = [each for each in maker.words.fields_of(some.kind.key) if each.is_unique]
    if not fields:
        return None
    field = pen.pick(fields)
    value = pen.pick(maker.values(field, some.kind.where))
    said = pen.say("which {one} has {f} {v}|what {one} has {f} {v}|{one} with {f} {v}|find the {one} with {f} {v}",
                   one=pen.one(some.kind.one), f=pen.one(field.name), v=value)  # fmt: skip
    return said, codes(maker.tables, [f"select code from ci c where {some.kind.where} and {field.sql} = {quoted(value)}"])


def top(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which has the most of something."""
    fields = [each for each in maker.words.fields_of(some.kind.key) if each.most]
    if not fields:
        return None
    field = pen.pick(fields)
    is_least = bool(field.least) and pen.is_so(0.35)
    sql = f"select c.code, {field.sql} from ci c where c.code in ({some.sqls[0]}) and {field.sql} is not null"
    rows = sorted(maker.tables.rows(sql), key=lambda row: float(row[1] or 0), reverse=not is_least)
    most = pen.one(field.least if is_least else field.most)
    how_many = pen.pick((1, 1, 3, 5))
    ranked = tuple((str(code), float(figure or 0)) for code, figure in rows)
    if len(ranked) <= how_many:
        return None
    if how_many == 1:
        said = pen.say("which {one} has {most}|what {one} has {most}|{one} with {most}", one=some.said(pen, is_one=True), most=most)
    else:
        said = pen.say("which {n} {s} have {most}|top {n} {s} with {most}|{n} {s} with {most}", n=how_many, s=some.said(pen), most=most)
    return said, Ranking(ranked, how_many)


def measure(maker: Maker, pen: Pen, some: Things) -> Made:
    """A figure over a number that they have."""
    fields = [each for each in maker.words.fields_of(some.kind.key) if each.amount and each.sql != "c.crit"]
    if not fields or not maker.tables.count(some.sqls[0]):
        return None
    field = pen.pick(fields)
    function, words = pen.pick((("avg", "average|mean|avg"), ("max", "maximum|highest|max"), ("min", "minimum|lowest|min"), ("sum", "total")))
    said = pen.say("{w} {f} of {s}|what is the {w} {f} of {s}|{w} {f} across {s}|{w} {f} for {s}",
                   w=pen.one(words), f=pen.one(field.name), s=some.said(pen))  # fmt: skip
    sql = f"select {function}(cast({field.sql} as real)) from ci c where c.code in ({some.sqls[0]})"
    return said, Number(float(maker.tables.one(sql) or 0))


def share(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which part of them is something."""
    condition = _predicate(maker, pen, some)
    total = maker.tables.count(some.sqls[0])
    if condition is None or not total:
        return None
    said = pen.say("what percentage of {s} is {p}|what share of {s} is {p}|percentage of {s} that are {p}|how many percent of {s} are {p}",
                   s=some.said(pen), p=pen.one(condition.predicate))  # fmt: skip
    return said, Number(100 * maker.tables.count(some.with_(condition).sqls[0]) / total, 0.5)


def group(maker: Maker, pen: Pen, some: Things) -> Made:
    """How many of them have each value."""
    field = _group_field(maker, pen, some)
    if field is None:
        return None
    said = pen.say("{s} per {f}|{s} by {f}|how many {s} per {f}|count {s} by {f}|number of {s} per {f}|how many {s} are there per {f}|{s} grouped by {f}",
                   s=some.said(pen), f=pen.one(field.name))  # fmt: skip
    groups = _groups(maker.tables, field, some)
    return (said, Groups(groups)) if groups else None


def _group_field(maker: Maker, pen: Pen, some: Things) -> Field | None:
    used = {each.about for each in some.conditions}
    fields = [each for each in maker.words.fields_of(some.kind.key) if each.is_group and each.sql not in used]
    return pen.pick(fields) if fields else None


def _groups(tables: Tables, field: Field, some: Things) -> tuple[tuple[str, float], ...]:
    sql = f"select {field.sql} v, count(*) from ci c where c.code in ({some.sqls[0]}) and v is not null group by 1 order by 2 desc"
    return tuple((str(value), float(figure or 0)) for value, figure in tables.rows(sql))


def top_group(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which value most of them have."""
    field = _group_field(maker, pen, some)
    if field is None or not (groups := _groups(maker.tables, field, some))[1:]:
        return None
    is_least = pen.is_so(0.25)
    ranked = tuple(reversed(groups)) if is_least else groups
    said = pen.say("which {f} has the {most} {s}|what {f} has the {most} {s}|{f} with the {most} {s}",
                   f=pen.one(field.name), s=some.said(pen), most="fewest" if is_least else "most")  # fmt: skip
    return said, Ranking(ranked, 1)


def distinct(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which values there are of a field, or how many."""
    field = _group_field(maker, pen, some)
    groups = _groups(maker.tables, field, some) if field else ()
    if field is None or not groups:
        return None
    names = pen.one("|".join(f"{each}s" for each in field.name.split("|") if not each.endswith(("s", "y")) and "of" not in each and each != "RAM"))
    if not names:
        return None
    if pen.is_so(0.5):
        said = pen.say("how many different {f} do {s} have|how many distinct {f} do the {s} have|number of different {f} of {s}", f=names, s=some.said(pen))
        return said, Number(len(groups))
    said = pen.say("which {f} do the {s} have|what {f} do {s} have|list the different {f} of {s}|list distinct {f} of {s}", f=names, s=some.said(pen))
    return said, Labels(frozenset(label for label, _ in groups))
