"""Questions about what comes at a place, passes a number, or holds of a whole set."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from bench.generated_questions.about_groups import group_field, groups_of, plurals
from bench.generated_questions.about_items import EVERY, Made, free_fields
from bench.generated_questions.making import Maker
from bench.generated_questions.pen import Pen
from bench.generated_questions.sets import Entries, Things
from bench.generated_questions.tables import moment
from bench.questions.truth_kinds import Items, Labels, Moment, Number, YesNo

_PASSING: Final[Sequence[tuple[str, Callable[[float, int], bool]]]] = (
    ("more than {}", lambda figure, number: figure > number),
    ("at least {}", lambda figure, number: figure >= number),
    ("exactly {}", lambda figure, number: figure == number),
)
_NTH: Final = {2: "second|2nd", 3: "third|3rd"}


def have(maker: Maker, pen: Pen, some: Things) -> Made:
    """Whether all, any or none of them have so much of something."""
    fields = [each for each in free_fields(maker, some) if each.amount]
    total = maker.tables.count(some.sqls[0])
    if not fields or not total or some.is_long:
        return None
    field = pen.pick(fields)
    values = maker.values(field, some.kind.where)
    condition = values and maker.compared(field, pen.pick(values), values)
    if not condition:
        return None
    which, one = pen.pick(list(EVERY)), some.said(pen, is_one=True)
    has = pen.one(condition.after).removeprefix("with ")
    hits = maker.tables.count(some.with_(condition).sqls[0])
    return pen.say(f"have-{which}", s=some.said(pen), one=one, h=has), YesNo(
        EVERY[which](hits, total)
    )


def populated(maker: Maker, pen: Pen, some: Things) -> Made:
    """Which values more than so many of them have, or how many values."""
    field = group_field(maker, pen, some)
    groups = groups_of(maker.tables, field, some) if field else ()
    names = plurals(field) if field else []
    if not groups or not names:
        return None
    (how, passes), number = pen.pick(_PASSING), int(pen.pick(groups)[1])
    number = max(1, number - 1) if how.startswith("more") else number
    passed = frozenset(label for label, figure in groups if passes(figure, number))
    parts = {"f": pen.pick(names), "s": some.said(pen), "n": how.format(number)}
    if pen.is_so(0.4):
        return pen.say("populated-count", **parts), Number(len(passed))
    return (pen.say("populated", **parts), Labels(passed)) if passed else None


def nth(maker: Maker, pen: Pen, some: tuple[Things, Entries]) -> Made:
    """Which one has the second or third most of something, or of some records."""
    things, entries = some
    fields = [each for each in free_fields(maker, things) if each.most]
    field = pen.pick(fields) if fields and pen.is_so(0.5) else None
    sql = f"select code, count(*) from ({entries.sqls[0]}) group by 1"
    if field:
        sql = f"select c.code, {field.sql} from ci c where {field.sql} is not null"
    among = f"select * from ({sql}) where code in ({things.sqls[0]}) order by 2 desc limit 4"
    rows, place = maker.tables.rows(among), pen.pick(list(_NTH))
    figures = [figure for _, figure in rows]
    if len(rows) <= place or len(set(figures[: place + 1])) <= place or len(things.sqls) > 1:
        return None
    most = pen.one(field.most) if field else f"the most {entries.said(pen)}"
    most = most.replace("the ", f"the {pen.one(_NTH[place])} ", 1)
    said = pen.say("nth" if field else "nth-had", one=things.said(pen, is_one=True), most=most)
    return said, Items(frozenset({str(rows[place - 1][0])}))


def busiest_day(maker: Maker, pen: Pen, some: Entries) -> Made:
    """On which day there were most of them."""
    if len(some.sqls) > 1 or some.window is None or (some.window.end - some.window.start).days < 2:
        return None
    instants = maker.tables.column(f"select at from ({some.sqls[0]})")
    counts = Counter(f"{moment(at):%Y-%m-%d}" for at in instants).most_common(2)
    if len(counts) < 2 or counts[0][1] == counts[1][1]:
        return None
    bare = Entries(some.kind, some.conditions, some.of, some.item)
    said = pen.say("busiest-day", s=bare.said(pen), w=pen.one(some.window.said))
    return said, Moment(counts[0][0])
