"""Questions about what happened to items, asked by a verb: rebooted, calibrated, upgraded."""

from dataclasses import replace

from bench.generated_questions.about_items import Made, codes, how_many
from bench.generated_questions.making import Maker
from bench.generated_questions.pen import Pen
from bench.generated_questions.sets import Entries, Things
from bench.generated_questions.tables import moment
from bench.generated_questions.windows import Window
from bench.questions.truth_kinds import Moment, Number, Value, YesNo


def of_set(maker: Maker, pen: Pen, some: tuple[Things, Entries]) -> Made:
    """Which items it happened to, or did not, or how many."""
    things, entries = some
    which = pen.pick(("verb-which", "verb-count", "verb-not", "verb-never"))
    window = None if which == "verb-never" else entries.window
    said = pen.say(which, s=things.said(pen), v=entries.kind.verb, w=_said(pen, window))
    inside = f"select code from ({Entries(entries.kind, window=window).sqls[0]})"
    sign = "not in" if which in {"verb-not", "verb-never"} else "in"
    sqls = [f"{sql} and c.code {sign} ({inside})" for sql in things.sqls]
    return said, (how_many if which == "verb-count" else codes)(maker.tables, sqls)


def _said(pen: Pen, window: Window | None) -> str:
    return pen.one(window.said) if window else ""


def of_item(maker: Maker, pen: Pen, some: Entries) -> Made:
    """When it last happened to one item, how often, by whom, or whether it did."""
    which = pen.pick(("verb-last", "verb-last", "verb-ever", "verb-was", "verb-often", "verb-who"))
    bare = Entries(some.kind, window=some.window if which in {"verb-was", "verb-often"} else None)
    codes_ = maker.tables.column(f"select distinct code from ({bare.sqls[0]}) order by 1")
    code = str(pen.pick(codes_)) if codes_ and pen.is_so(0.7) else maker.item(maker.kind())[0]
    rows = f"{bare.sqls[0]} and h.code = '{code}' order by at desc"
    said = pen.say(which, x=code, v=some.kind.verb, w=_said(pen, bare.window))
    count = maker.tables.count(rows)
    if which == "verb-often":
        return said, Number(count)
    if which in {"verb-ever", "verb-was"}:
        return said, YesNo(count > 0)
    if not count or (which == "verb-who" and some.kind.view != "mt"):
        return None
    if which == "verb-who":
        return said, Value((str(maker.tables.one(f"select performer from ({rows})")),))
    return said, Moment(
        f"{moment(maker.tables.one(f'select at from ({rows})')):%Y-%m-%dT%H:%M:%S}"
    )


def since_last(maker: Maker, pen: Pen, some: tuple[Entries, Entries]) -> Made:
    """How many records an item has since the last one of another kind."""
    entries, others = (replace(each, window=None, of=None, item=None) for each in some)
    rows = maker.tables.rows(f"select code, max(at) from ({others.sqls[0]}) group by 1 order by 1")
    is_same = entries.kind.view == others.kind.view
    if not rows or (
        is_same and (entries == others or "1" in {entries.kind.where, others.kind.where})
    ):
        return None  # one would be of the other
    code, at = pen.pick(rows)
    window = Window("", moment(at), maker.tables.now)
    found = replace(entries, window=window, item=(str(code), str(code)))
    one = others.said(pen, is_one=True)
    said = pen.say("since-last", s=entries.said(pen), x=code, one=one)
    return said, Number(maker.tables.count(found.sqls[0]))
