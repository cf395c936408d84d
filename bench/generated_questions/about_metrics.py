"""Questions about metrics, and about how items are related."""

from typing import Final

from bench.generated_questions.about_items import Made, codes, how_many
from bench.generated_questions.making import Maker, link_sqls
from bench.generated_questions.pen import Pen
from bench.generated_questions.sets import Things
from bench.generated_questions.tables import either, text
from bench.generated_questions.vocabulary import Metric
from bench.generated_questions.windows import Window
from bench.questions.truth_kinds import Both, Items, Number, Ranking, Truth

_FUNCTIONS: Final = (
    ("avg", "average|mean|avg"),
    ("max", "maximum|highest|max|peak"),
    ("min", "minimum|lowest|min"),
)
_NEEDS: Final = ("DEPENDS_ON", "RUNS_ON", "DEPLOYED_ON", "USES", "CONNECTED_TO", "PROTECTED_BY")
_IMPACT: Final = ("DEPENDS_ON", "RUNS_ON", "DEPLOYED_ON", "USES", "CONNECTED_TO", "COMPOSED_OF")


def _points(metric: Metric, inside: str, window: Window) -> str:
    series = f"select series_id from series where metric = '{metric.name}' and code in ({inside})"
    return f"from main.metric_points p where series_id in ({series}) and {window.sql('measured_at')}"


def _metric(maker: Maker, pen: Pen, some: Things) -> Metric | None:
    metrics = [each for each in maker.words.metrics if some.kind.key in each.kinds]
    return pen.pick(metrics) if metrics else None


def of_item(maker: Maker, pen: Pen, some: Things) -> Made:
    """A figure of one item's metric, or its newest value."""
    metric = _metric(maker, pen, some)
    if metric is None:
        return None
    sql = f"select code from series where metric = '{metric.name}' and code in ({some.sqls[0]}) order by 1"
    named = maker.tables.column(sql)
    if not named:
        return None
    code, window = str(pen.pick(named)), maker.window()
    if pen.is_so(0.25):
        newest = _points(metric, text(code), Window("", maker.tables.now.replace(year=2020), maker.tables.now))
        value = maker.tables.one(f"select value {newest} order by measured_at desc limit 1")
        said = pen.say("current {m} of {x}|latest {m} of {x}|what is the current {m} of {x}|{m} of {x} right now", m=pen.one(metric.said), x=code)
        return said, Number(float(value or 0))
    return _figure(maker, pen, metric, window, (code, text(code)))


def of_set(maker: Maker, pen: Pen, some: Things) -> Made:
    """A figure of the metric of several items."""
    metric = _metric(maker, pen, some)
    if metric is None or not metric.has_groups:
        return None
    return _figure(maker, pen, metric, maker.window(), (some.said(pen), some.sqls[0]))


def _figure(maker: Maker, pen: Pen, metric: Metric, window: Window, of: tuple[str, str]) -> Made:
    function, words = pen.pick(_FUNCTIONS)
    value = maker.tables.one(f"select {function}(value) {_points(metric, of[1], window)}")
    if value is None:
        return None
    said = pen.say("{w} {m} of {x} {t}|what was the {w} {m} of {x} {t}|{w} {m} {t} of {x}|what is the {w} {m} for {x} {t}",
                   w=pen.one(words), m=pen.one(metric.said), x=of[0], t=pen.one(window.said))  # fmt: skip
    return said, Number(float(value))


def top(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which items have the highest or lowest average or peak."""
    metric = _metric(maker, pen, some)
    if metric is None or not metric.has_groups:
        return None
    window, (function, words) = maker.window(), pen.pick((("avg", "average"), ("max", "peak|maximum")))
    ranked = _ranked(maker, metric, function, window, some)
    number = pen.pick((1, 1, 3, 5))
    if len(ranked) <= number:
        return None
    is_low = function == "avg" and pen.is_so(0.25)
    said = pen.say("which {s} had the {h} {w} {m} {t}|{s} with the {h} {w} {m} {t}|what {s} had the {h} {w} {m} {t}",
                   s=some.said(pen, is_one=True) if number == 1 else f"{number} {some.said(pen)}",
                   h="lowest" if is_low else "highest", w=pen.one(words), m=pen.one(metric.said), t=pen.one(window.said))  # fmt: skip
    return said, Ranking(tuple(reversed(ranked)) if is_low else ranked, number)


def _ranked(maker: Maker, metric: Metric, function: str, window: Window, some: Things) -> tuple[tuple[str, float], ...]:
    sql = f"select series_id, {function}(value) {_points(metric, some.sqls[0], window)} group by 1"
    named = dict(maker.tables.rows("select series_id, code from series"))
    found = [(str(named[series]), float(value or 0)) for series, value in maker.tables.rows(sql)]
    return tuple(sorted(found, key=lambda each: -each[1]))


def linked(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which items have a relation to others that are described, or how many."""
    if not any(each.is_long for each in some.conditions):
        return None
    if pen.is_so(0.4):
        return pen.say("how many {s}|how many {s} are there|number of {s}|count {s}", s=some.said(pen)), how_many(maker.tables, some.sqls)
    said = pen.say("list {s}|show {s}|{s}|list all {s}|which {s} are there|find all {s}", s=some.said(pen))
    return said, codes(maker.tables, some.sqls)


def linked_to_one(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which items of a kind have a relation to one item."""
    link = maker.link(some.kind)
    if link is None:
        return None
    code, called = maker.item(maker.words.kind(pen.pick(link.objects)))
    said = pen.one(link.asks).replace("{1}", pen.one(some.kind.one)).format(s=pen.one(some.kind.many), x=called)
    start = f"select c.code from ci c where {some.kind.where} and "
    return said, codes(maker.tables, [start + sql for sql in link_sqls(link, text(code))])


def needed(maker: Maker, pen: Pen, some: Things) -> Made:
    """What an item needs, or what needs it, over any number of steps."""
    code, called = maker.item(some.kind)
    is_impact = pen.is_so(0.5)
    if is_impact:
        said = pen.say("what is affected if {x} fails|what breaks when {x} goes down|impact of {x}|what would be affected by an outage of {x}", x=called)
        views: tuple[tuple[str, ...], ...] = (_IMPACT, _IMPACT[:-1], (*_IMPACT, "PROTECTED_BY"))
    else:
        said = pen.say("what does {x} need|what does {x} depend on|dependencies of {x}|what does {x} need to work", x=called)
        views = (_NEEDS, _NEEDS[:-1], ("DEPENDS_ON",), ("DEPENDS_ON", "RUNS_ON", "DEPLOYED_ON"))
    found = [_reached(maker, code, view, is_inward=is_impact) for view in views]
    if not is_impact:
        direct = " or ".join(f"kind = '{each}'" for each in _NEEDS)
        sqls = (f"select dst from rel where src = {text(code)} and ({direct})",
                f"select dst from rel where src = {text(code)} and kind = 'DEPENDS_ON'")  # fmt: skip
        found += [frozenset(map(str, maker.tables.column(sql))) for sql in sqls]
    return (said, either(Items(each) for each in found if each)) if any(found) else None


def _reached(maker: Maker, code: str, types: tuple[str, ...], *, is_inward: bool) -> frozenset[str]:
    here, there = ("src", "dst") if is_inward else ("dst", "src")
    among = ", ".join(map(text, types))
    sql = (
        f"with recursive reach(code) as (select {text(code)} union select {here} from rel"
        f" join reach on {there} = code where kind in ({among})) select code from reach"
    )
    return frozenset(map(str, maker.tables.column(sql))) - {code}


def several(maker: Maker, pen: Pen, some: tuple[Things, Things]) -> Made:
    """Two counts in one question."""
    truths: list[Truth] = [how_many(maker.tables, each.sqls) for each in some]
    one, other = (each.said(pen) for each in some)
    said = pen.say("how many {a} and how many {b}|how many {a} are there and how many {b}|how many {a}? how many {b}|number of {a} and number of {b}|count {a}; count {b}",
                   a=one, b=other)  # fmt: skip
    return said, Both((truths[0], truths[1]))


def compared(maker: Maker, pen: Pen, some: Things) -> Made:
    """How many of them have one value and another."""
    used = {each.about for each in some.conditions}
    fields = [each for each in maker.words.fields_of(some.kind.key) if each.adjective or "in {v}" in each.after]
    fields = [each for each in fields if each.sql not in used and len(maker.values(each, some.kind.where)) > 1]
    if not fields:
        return None
    field = pen.pick(fields)
    conditions = [maker.equal(field, each) for each in pen.chance.sample(maker.values(field, some.kind.where), 2)]
    values = [pen.one((each.adjective or each.after)) for each in conditions]
    truths = [Number(maker.tables.count(some.with_(each).sqls[0])) for each in conditions]
    said = pen.say("compare the number of {s} {a} and {b}|are there more {a} or {b} {s}|{a} vs {b} {s}, how many each" if field.adjective else
                   "compare the number of {s} {a} and {b}|are there more {s} {a} or {b}|how many {s} {a} and how many {b}",
                   s=some.said(pen), a=values[0], b=values[1])  # fmt: skip
    return said, Both((truths[0], truths[1]))
