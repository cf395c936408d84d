"""Questions about items: counts, lists, fields, yes and no, superlatives."""

from collections.abc import Callable, Sequence
from typing import Final

from bench.generated_questions.making import Maker, spoken
from bench.generated_questions.pen import Pen
from bench.generated_questions.sets import Condition, Things
from bench.generated_questions.tables import Tables, either, moment, quoted
from bench.generated_questions.vocabulary import Field
from bench.questions.truth_kinds import (
    Both,
    Items,
    Moment,
    Number,
    Ranking,
    Truth,
    Value,
    YesNo,
)

Made = tuple[str, Truth] | None

FUNCTIONS: Final = (
    ("avg", "average|mean|avg"),
    ("max", "maximum|highest|max"),
    ("min", "minimum|lowest|min"),
    ("sum", "total"),
)
EVERY: Final[dict[str, Callable[[int, int], bool]]] = {
    "all": lambda hits, total: hits == total,
    "any": lambda hits, _: hits > 0,
    "none": lambda hits, _: hits == 0,
}


def codes(tables: Tables, sqls: Sequence[str]) -> Truth:
    """Return the items that each reading gives."""
    return either(Items(frozenset(map(str, tables.column(sql)))) for sql in sqls)


def how_many(tables: Tables, sqls: Sequence[str]) -> Truth:
    """Return how many rows each reading gives."""
    return either(Number(tables.count(sql)) for sql in sqls)


def count(maker: Maker, pen: Pen, some: Things) -> Made:
    """How many there are."""
    return pen.say("count", s=some.said(pen)), how_many(maker.tables, some.sqls)


def listed(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which ones there are."""
    return pen.say("list", s=some.said(pen)), codes(maker.tables, some.sqls)


def exists(maker: Maker, pen: Pen, some: Things) -> Made:
    """Whether there is one."""
    said = pen.say("exists", s=some.said(pen), one=some.said(pen, is_one=True))
    found = [frozenset(map(str, maker.tables.column(sql))) for sql in some.sqls]
    return said, either(YesNo(bool(each), each) for each in found)


def claimed(maker: Maker, pen: Pen, some: Things) -> Made:
    """Whether there are more than so many."""
    total = maker.tables.count(some.sqls[0])
    number = max(1, total + pen.pick((-3, -1, 0, 1, 4)))
    said = pen.say("more-than", s=some.said(pen), n=number, m=number + 1)
    return said, YesNo(total > number)


def every(maker: Maker, pen: Pen, some: Things) -> Made:
    """Whether all, any or none of them are something."""
    condition, total = predicate_of(maker, pen, some), maker.tables.count(some.sqls[0])
    if condition is None or not total or some.is_long:
        return None
    which = pen.pick(list(EVERY))
    one, predicate = some.said(pen, is_one=True), pen.one(condition.predicate)
    said = pen.say(which, s=some.said(pen), one=one, p=predicate)
    hits = maker.tables.count(some.with_(condition).sqls[0])
    return said, YesNo(EVERY[which](hits, total))


def predicate_of(maker: Maker, pen: Pen, some: Things) -> Condition | None:
    """Return what some of a kind are, on a field that is not used yet."""
    fields = [each for each in free_fields(maker, some) if each.predicate]
    if not fields:
        return None
    field = pen.pick(fields)
    return maker.equal(field, pen.pick(maker.values(field, some.kind.where)))


def free_fields(maker: Maker, some: Things) -> list[Field]:
    """Return the fields of a kind that no condition uses yet."""
    used = {each.about for each in some.conditions}
    return [each for each in maker.words.fields_of(some.kind.key) if each.sql not in used]


def one_is(maker: Maker, pen: Pen, some: Things) -> Made:
    """Whether one item is something."""
    condition = predicate_of(maker, pen, some)
    if condition is None:
        return None
    code, called = maker.item(some.kind)
    kind, predicate = pen.one(some.kind.one), pen.one(condition.predicate)
    here = Condition("code", (f"c.code = {quoted(code)}",))
    is_so = maker.tables.count(Things(some.kind, (here, condition)).sqls[0]) > 0
    if pen.is_so(0.2):
        return pen.say("is-not", x=called, p=predicate, kind=kind), YesNo(not is_so)
    return pen.say("is", x=called, p=predicate, kind=kind), YesNo(is_so)


def field_of(maker: Maker, pen: Pen, some: Things) -> Made:
    """What a field of one item is."""
    fields = [each for each in free_fields(maker, some) if each.ask]
    if not fields:
        return None
    field, (code, called) = pen.pick(fields), maker.item(some.kind)
    truth = _value(maker, field, code)
    if truth is None:
        return None
    if pen.is_so(0.2):
        return pen.say("field", f=pen.one(field.name), x=called), truth
    return pen.one(field.ask).format(x=called), truth


def two_fields(maker: Maker, pen: Pen, some: Things) -> Made:
    """What two fields of one item are, or one of two items."""
    fields = [each for each in free_fields(maker, some) if each.ask]
    if len(fields) < 2:
        return None
    one, other = pen.chance.sample(fields, 2)
    (code, called), (second, second_called) = maker.item(some.kind), maker.item(some.kind)
    if pen.is_so(0.4) and code != second:
        said = pen.say("two-items", f=pen.one(one.name), x=called, y=second_called)
        truths = [_value(maker, one, each) for each in (code, second)]
    else:
        said = pen.say("two-fields", f=pen.one(one.name), g=pen.one(other.name), x=called)
        truths = [_value(maker, each, code) for each in (one, other)]
    return (said, Both(tuple(filter(None, truths)))) if all(truths) else None


def _value(maker: Maker, field: Field, code: str) -> Value | None:
    sql = f"select {field.sql} from ci c where c.code = {quoted(code)}"
    value = maker.tables.one(sql)
    if value in (None, ""):
        return None
    also = [field.also.format(v=value)] if field.also else []
    return Value((str(value), *spoken(field, value).split("|"), *also))


def found_by(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which item has a value that no other has."""
    fields = [each for each in free_fields(maker, some) if each.is_unique]
    if not fields:
        return None
    field = pen.pick(fields)
    value = pen.pick(maker.values(field, some.kind.where))
    said = pen.say("find", one=pen.one(some.kind.one), f=pen.one(field.name), v=value)
    return said, codes(maker.tables, some.with_(maker.equal(field, value)).sqls)


def age(maker: Maker, pen: Pen, some: Things) -> Made:
    """When an item was created, or which is the newest or the oldest."""
    order = f"where c.code in ({some.sqls[0]}) and created > 0 order by created"
    rows = maker.tables.rows(f"select code, created from ci c {order}")
    if pen.is_so(0.5) and rows:
        code, created = pen.pick(rows)
        return pen.say("created", x=code), Moment(f"{moment(created):%Y-%m-%d}")
    ranked = tuple((str(code), float(created or 0)) for code, created in rows)
    if len(ranked) < 2 or ranked[0][1] == ranked[-1][1]:
        return None
    kind = pen.pick(("newest", "oldest"))
    ranked = ranked[::-1] if kind == "newest" else ranked
    return pen.say(kind, one=some.said(pen, is_one=True)), Ranking(ranked, 1)


def top(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which has the most of something."""
    fields = [each for each in free_fields(maker, some) if each.most]
    if not fields:
        return None
    field, number = pen.pick(fields), pen.pick((1, 1, 3, 5))
    is_least = bool(field.least) and pen.is_so(0.35)
    has = f"c.code in ({some.sqls[0]}) and {field.sql} is not null"
    rows = maker.tables.rows(f"select c.code, {field.sql} from ci c where {has}")
    found = [(str(code), float(figure or 0)) for code, figure in rows]
    ranked = tuple(sorted(found, key=lambda each: each[1], reverse=not is_least))
    if len(ranked) <= number:
        return None
    most = pen.one(field.least if is_least else field.most)
    if number == 1:
        return pen.say("top-one", one=some.said(pen, is_one=True), most=most), Ranking(ranked, 1)
    return pen.say("top-few", n=number, s=some.said(pen), most=most), Ranking(ranked, number)
