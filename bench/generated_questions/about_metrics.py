"""Questions about metrics, and about how items are related."""

from collections import deque
from itertools import product
from typing import Final

from bench.generated_questions.about_items import FUNCTIONS, Made, codes, how_many
from bench.generated_questions.links import NEEDS, link_sqls
from bench.generated_questions.making import Maker
from bench.generated_questions.pen import Pen
from bench.generated_questions.sets import Things
from bench.generated_questions.tables import either, moment, text
from bench.generated_questions.vocabulary import Metric
from bench.generated_questions.windows import Window
from bench.questions.truth_kinds import Both, Buckets, Hops, Items, Moment, Number, Ranking

_IMPACT: Final = ("DEPENDS_ON", "RUNS_ON", "DEPLOYED_ON", "USES", "CONNECTED_TO", "COMPOSED_OF")

_NEEDS_DEPTH, _IMPACT_DEPTH, _WHOLE = 3, 6, 30  # the most relations that each view reaches


def _points(metric: Metric, inside: str, window: Window) -> str:
    series = f"select series_id from series where metric = '{metric.name}' and code in ({inside})"
    times = window.sql("measured_at")
    return f"from main.metric_points p where series_id in ({series}) and {times}"


def _metric(maker: Maker, pen: Pen, some: Things) -> Metric | None:
    metrics = [each for each in maker.words.metrics if some.kind.key in each.kinds]
    return pen.pick(metrics) if metrics else None


def of_item(maker: Maker, pen: Pen, some: Things) -> Made:
    """A figure of one item's metric, its newest value, its peak, or one for each hour."""
    metric = _metric(maker, pen, some)
    if metric is None:
        return None
    where = f"metric = '{metric.name}' and code in ({some.sqls[0]})"
    named = maker.tables.column(f"select code from series where {where} order by 1")
    if not named:
        return None
    code, what = str(pen.pick(named)), pen.pick(("figure", "figure", "now", "peak", "hours"))
    if what == "now":
        return _newest(maker, pen, metric, code)
    if what == "figure":
        return _figure(maker, pen, metric, maker.window(), (code, text(code)))
    return (_peak if what == "peak" else _hourly)(maker, pen, metric, code)


def _newest(maker: Maker, pen: Pen, metric: Metric, code: str) -> Made:
    ever = Window("", maker.tables.now.replace(year=2020), maker.tables.now)
    newest = f"{_points(metric, text(code), ever)} order by measured_at desc limit 1"
    value = maker.tables.one(f"select value {newest}")
    return pen.say("metric-now", m=pen.one(metric.said), x=code), Number(float(value or 0))


def _peak(maker: Maker, pen: Pen, metric: Metric, code: str) -> Made:
    window = maker.window()
    ordered = f"{_points(metric, text(code), window)} order by value desc limit 2"
    rows = maker.tables.rows(f"select measured_at, value {ordered}")
    if len(rows) < 2 or rows[0][1] == rows[1][1]:
        return None
    parts = {"m": pen.one(metric.said), "x": code, "w": pen.one(window.said)}
    return pen.say("metric-peak", **parts), Moment(f"{moment(rows[0][0]):%Y-%m-%dT%H:%M:%S}")


def _hourly(maker: Maker, pen: Pen, metric: Metric, code: str) -> Made:
    window = maker.days() if pen.is_so(0.3) else maker.window()
    hour = "strftime('%Y-%m-%dT%H', measured_at / 1000000, 'unixepoch')"
    points = _points(metric, text(code), window)
    rows = maker.tables.rows(f"select {hour}, avg(value) {points} group by 1")
    if not 1 < len(rows) <= 100:
        return None
    parts = {"m": pen.one(metric.said), "x": code, "w": pen.one(window.said)}
    figures = tuple((str(at), float(value or 0)) for at, value in rows)
    return pen.say("metric-hours", **parts), Buckets(figures)


def of_set(maker: Maker, pen: Pen, some: Things) -> Made:
    """A figure of the metric of several items."""
    metric = _metric(maker, pen, some)
    if metric is None or not metric.has_groups:
        return None
    return _figure(maker, pen, metric, maker.window(), (some.said(pen), some.sqls[0]))


def _figure(maker: Maker, pen: Pen, metric: Metric, window: Window, of: tuple[str, str]) -> Made:
    function, words = pen.pick(FUNCTIONS[:3])
    value = maker.tables.one(f"select {function}(value) {_points(metric, of[1], window)}")
    if value is None:
        return None
    parts = {"a": pen.one(words), "m": pen.one(metric.said), "w": pen.one(window.said)}
    rounded = abs(float(value)) * 5e-4  # four digits are enough
    return pen.say("metric", **parts, x=of[0]), Number(float(value), rounded)


def top(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which items have the highest or lowest average or peak."""
    metric = _metric(maker, pen, some)
    if metric is None or not metric.has_groups:
        return None
    function, words = pen.pick((("avg", "average"), ("max", "peak|maximum")))
    window, number = maker.window(), pen.pick((1, 1, 3, 5))
    is_low = function == "avg" and pen.is_so(0.25)
    figure = f"select s.code, {function}(value) f {_points(metric, some.sqls[0], window)}"
    figure = figure.replace("metric_points p", "metric_points p join series s using (series_id)")
    rows = maker.tables.rows(f"{figure} group by 1 order by 2 {'' if is_low else 'desc'}")
    if len(rows) <= number:
        return None
    which = some.said(pen, is_one=True) if number == 1 else f"{number} {some.said(pen)}"
    parts = {"a": pen.one(words), "m": pen.one(metric.said), "w": pen.one(window.said)}
    said = pen.say("metric-top", s=which, h="lowest" if is_low else "highest", **parts)
    return said, Ranking(tuple((str(code), float(value or 0)) for code, value in rows), number)


def having(maker: Maker, pen: Pen, some: Things | None) -> Made:
    """Which items have records, or are related to others that are described; or how many."""
    if some is None or not some.is_long:
        return None
    what, truth = pen.pick((("set-count", how_many), ("set-list", codes), ("set-list", codes)))
    return pen.say(what, s=some.said(pen)), truth(maker.tables, some.sqls)


def linked_to_one(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which items of a kind have a relation to one item."""
    link = maker.link(some.kind)
    if link is None:
        return None
    code, called = maker.item(maker.words.kind(pen.pick(link.objects)))
    asked = pen.one(link.asks).replace("{1}", pen.one(some.kind.one))
    start = f"select c.code from ci c where {some.kind.where} and "
    truth = codes(maker.tables, [start + sql for sql in link_sqls(link, text(code))])
    return asked.format(s=pen.one(some.kind.many), x=called), truth


def needed(maker: Maker, pen: Pen, some: Things) -> Made:
    """What an item needs, or what needs it, as far as its view goes."""
    (code, called), what = maker.item(some.kind), pen.pick(("impact", "needs"))
    views: tuple[tuple[str, ...], ...] = (_IMPACT, _IMPACT[:-1], (*_IMPACT, "PROTECTED_BY"))
    depths: tuple[int, ...] = (_IMPACT_DEPTH, _WHOLE)
    if what == "needs":
        views = (NEEDS, NEEDS[:-1], NEEDS[:1], NEEDS[:3])
        depths = (1, _NEEDS_DEPTH, _WHOLE)
    found = [
        _reached(maker, code, view, depth, is_inward=what == "impact")
        for view, depth in product(views, depths)
    ]
    if not any(found):
        return None
    return pen.say(what, x=called), either(Items(each) for each in found if each)


def _reached(
    maker: Maker, code: str, types: tuple[str, ...], depth: int, *, is_inward: bool
) -> frozenset[str]:
    here, there = ("src", "dst") if is_inward else ("dst", "src")
    among = ", ".join(map(text, types))
    sql = (
        f"with recursive reach(code, hops) as (select {text(code)}, 0"
        f" union select {here}, hops + 1 from rel join reach on {there} = code"
        f" where kind in ({among}) and hops < {depth}) select code from reach"
    )
    return frozenset(map(str, maker.tables.column(sql))) - {code}


def path(maker: Maker, pen: Pen, some: tuple[Things, Things]) -> Made:
    """How two items are connected, by the fewest relations of any type and direction."""
    (one, called), (other, other_called) = (maker.item(each.kind) for each in some)
    ways: dict[str, set[str]] = {}
    for src, dst in maker.tables.rows("select src, dst from rel"):
        ways.setdefault(str(src), set()).add(str(dst))
        ways.setdefault(str(dst), set()).add(str(src))
    steps, queue = {one: 0}, deque([one])
    while queue:
        here = queue.popleft()
        for each in ways.get(here, set()) - steps.keys():
            steps[each] = steps[here] + 1
            queue.append(each)
    if not 0 < steps.get(other, 0) <= 6:
        return None
    return pen.say("path", x=called, y=other_called), Hops(frozenset({one, other}), steps[other])


def several(maker: Maker, pen: Pen, some: tuple[Things, Things]) -> Made:
    """Two counts in one question."""
    one, other = some
    if one == other:
        return None
    truth = Both((how_many(maker.tables, one.sqls), how_many(maker.tables, other.sqls)))
    if not one.conditions and not other.conditions and one.kind != other.kind and pen.is_so(0.6):
        return pen.say("both-kinds", a=one.said(pen), b=other.said(pen)), truth
    return pen.say("several", a=one.said(pen), b=other.said(pen)), truth


def compared(maker: Maker, pen: Pen, some: Things) -> Made:
    """How many of them have one value and another."""
    used, where = {each.about for each in some.conditions}, some.kind.where
    fields = [
        each for each in maker.words.fields_of(some.kind.key)
        if (each.adjective or "in {v}" in each.after) and each.sql not in used
    ]  # fmt: skip
    fields = [each for each in fields if len(maker.values(each, where)) > 1]
    if not fields or some.is_long:
        return None
    field = pen.pick(fields)
    sampled = pen.chance.sample(maker.values(field, where), 2)
    conditions = [maker.equal(field, each) for each in sampled]
    seed = pen.chance.random()  # both are said alike
    one, other = (Pen(seed).one(each.adjective or each.after) for each in conditions)
    counts = [Number(maker.tables.count(some.with_(each).sqls[0])) for each in conditions]
    truth = Both(tuple(counts))
    if field.adjective:
        return pen.say("compare-before", s=some.said(pen), a=one, b=other), truth
    alone = Number(maker.tables.count(Things(some.kind, (conditions[1],)).sqls[0]))
    said = pen.say("compare-behind", s=some.said(pen), a=one, b=other)
    return said, either((truth, Both((counts[0], alone))))
