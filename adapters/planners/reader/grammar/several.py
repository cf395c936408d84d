"""Several things that are asked at once."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import Post, applied, applied_all, as_filter
from adapters.planners.reader.grammar.asked import (
    COUNTED,
    LISTED,
    Asked,
    asked,
    is_of_all,
    is_one,
    may_be_of_each,
)
from adapters.planners.reader.grammar.measures import figures
from adapters.planners.reader.grammar.nouns import is_bare, is_base
from adapters.planners.reader.grammar.quantities import Quantity
from adapters.planners.reader.grammar.rankings import groups, members
from adapters.planners.reader.meaning import ITEM, Field, Noun, Period, at_time, excludes, of_items
from domain.query.fields import OF_ITEMS
from domain.query.model import DistributionWant, MeasureWant, QuantifiedWant, ShareWant, Want
from domain.query.sets import Function, Related, SetKind

Said = Post | tuple[Post, ...]

_ONE_KIND = 0.1
_SAME_ITEM = "the last is taken of the item that is named"
_SAME_TIME = "the time that is said once is taken for all that is asked"


def _one(first: Asked) -> tuple[Asked, ...]:
    return (first,)


def _more(first: Asked, others: tuple[Asked, ...]) -> tuple[Asked, ...] | Costly | None:
    """Return both; what is said of one kind of records all through is meant before other kinds."""
    if is_of_all(first) or may_be_of_each(first, others[0]):
        return None
    is_of_any = not any(noun.is_headed or is_one(noun) for noun in others[0].of)
    may_be_class = others[0].want.do in {"field", "distribution"} and is_of_any  # of systems
    is_shared = (others[0].is_bare or may_be_class) and _may_share(first, others[0])
    is_plain = others[0].want in (COUNTED, LISTED) and all(map(is_bare, others[0].of))
    if is_shared or (others[0].is_bare and _is_open(first)) or (is_plain and _reaches(first)):
        return None
    (made, notes), asks = _alike((first, *others)), (first, *others)
    is_one_kind = len({noun.kind for each in asks for noun in each.of}) == 1
    return Costly(made, -_ONE_KIND if is_one_kind else 0.0, notes)


def _alike(asks: tuple[Asked, ...]) -> tuple[tuple[Asked, ...], tuple[str, ...]]:
    """Return what is asked, each with what is said once for all, and what is told of that."""
    then = _then_too(asks)
    made = _of_the_same(then)
    notes = [_SAME_TIME] if then != asks else []
    return made, tuple([*notes, _SAME_ITEM] if made != then else notes)


def _of_the_same(asks: tuple[Asked, ...]) -> tuple[Asked, ...]:
    """Return "owner of srv-1, and last reboot": a last record without an item is of the same."""
    items = [each for ask in asks for noun in ask.of if is_one(each := noun.of or noun)]
    if len({each.where for each in items}) != 1:
        return asks
    return tuple(_of_item(each, items[0]) for each in asks)


def _of_item(found: Asked, item: Noun) -> Asked:
    records = [of_items(noun, item) for noun in found.of if noun.of is None]
    is_last = found.want.do == "nth" and len(records) == len(found.of) and all(records)
    return replace(found, of=tuple(each for each in records if each)) if is_last else found


def _then_too(asks: tuple[Asked, ...]) -> tuple[Asked, ...]:
    """Return "failed work this month and failed maintenance": of one time, both of them."""
    times = {noun.time for each in asks for noun in each.of if noun.kind is not ITEM} - {None}
    is_alike = len({"list" if each.want.do == "count" else each.want.do for each in asks}) == 1
    is_meant = len(times) == 1 and is_alike
    return tuple(_in_time(each, str(*times)) for each in asks) if is_meant else asks


def _in_time(found: Asked, time: str) -> Asked:
    timed = [at_time(noun, time) for noun in found.of]
    return replace(found, of=tuple(each for each in timed if each)) if all(timed) else found


def _is_open(first: Asked) -> bool:
    """Return whether a bare noun behind it may be meant of it: counted, too, or in its texts."""
    is_told = first.claim is not None or isinstance(first.want, QuantifiedWant | ShareWant)
    return is_told or first.want == COUNTED or any(map(_has_text, first.of))


def _may_share(first: Asked, other: Asked) -> bool:
    """Return whether both may be meant: of what is said last, or measured first."""
    is_all = first.want.do == "distribution" and not any(noun.where for noun in first.of)
    is_class = (first.want == LISTED or is_all) and all(map(is_bare, first.of))
    if all(map(is_bare, other.of)):
        is_class = isinstance(first.want, MeasureWant | DistributionWant)
    return is_class and {noun.kind for noun in first.of} == {noun.kind for noun in other.of}


def _has_text(noun: Noun) -> bool:
    """Return whether texts are meant that say something: "about linux and storage"."""
    return any(getattr(each, "field", "") == "text" for each in noun.where)


def _reaches(first: Asked) -> bool:
    """Return whether it asks what a failure reaches: "and how many racks" counts these only."""
    is_far = first.want.do == "impact"
    where = [each for noun in first.of for each in noun.where]
    return is_far or any(isinstance(c, Related) and c.related.hops is None for c in where)


def _both_of(
    one: Quantity, other: Quantity, noun: Noun, period: Period | None = None
) -> tuple[Asked, ...] | None:
    """Return "average cpu and average memory of srv-1"."""
    found = [figures(each, noun, period) for each in (one, other)]
    return (found[0], found[1]) if found[0] and found[1] else None


def _both_counted(one: Noun, other: Noun) -> Costly | None:
    """Return "number of wards and pumps": two classes are two questions."""
    return _each(COUNTED, (one, other))


def _both_listed(one: Noun, other: Noun) -> Costly | None:
    return _each(LISTED, (one, other))


def _both_counted_apart(one: Noun, other: Noun) -> Costly | None:
    return _both_counted(one, other) if is_bare(other) or not is_bare(one) else None


def _both_listed_apart(one: Noun, other: Noun) -> Costly | None:
    return _both_listed(one, other) if is_bare(other) or not is_bare(one) else None


def _each_so(want: Want, nouns: tuple[Noun, ...], said: Said) -> Costly | None:
    posts = said if isinstance(said, tuple) else (said,)
    applied_to = [applied_all(each, posts) for each in nouns if _are_apart(nouns)]
    made = [each for each in applied_to if each]
    found = _each(want, tuple(each.value for each in made)) if len(made) == len(nouns) else None
    return found and found._replace(cost=found.cost + made[-1].cost)


def _each_counted(nouns: tuple[Noun, ...]) -> Costly | None:
    return _each(COUNTED, nouns)


def _each_listed(nouns: tuple[Noun, ...]) -> Costly | None:
    return _each(LISTED, nouns)


def _each_counted_so(nouns: tuple[Noun, ...], said: Said) -> Costly | None:
    return _each_so(COUNTED, nouns, said)


def _each_listed_so(nouns: tuple[Noun, ...], said: Said) -> Costly | None:
    return _each_so(LISTED, nouns, said)


def _and_most(first: Asked, noun: Noun, order: str) -> tuple[Asked, ...] | None:
    """Return "how many alarms yesterday, and which server had the most": of these alarms."""
    records = first.of[0]
    if first.want != COUNTED or len(first.of) != 1 or records.kind not in OF_ITEMS:
        return None
    top = members(noun, order, Quantity((Function.COUNT,), records=records))
    asks = top and top.value.asked()
    return (first, asks) if asks else None


def _and_most_of(first: Asked, field: Field, order: str) -> tuple[Asked, ...] | None:
    """Return "how many alarms yesterday, and which zone had the most"."""
    is_counted = first.want == COUNTED and len(first.of) == 1
    top = groups(field, order, first.of[0]) if is_counted else None
    asks = top and top.asked()
    return (first, asks) if asks else None


def _with_record(documents: Noun, item: Noun) -> tuple[Asked, ...] | None:
    """Return "documents about ERP with the record of ERP"."""
    found = (asked(LISTED, documents), asked(LISTED, item))
    return found if documents.kind is SetKind.DOCUMENT else None


def _each(want: Want, nouns: tuple[Noun, ...]) -> Costly | None:
    is_fit = all(each.is_headed and not each.is_one for each in nouns)
    is_fit = is_fit and not any(map(_has_text, nouns[:-1]))
    made, notes = _alike(tuple(asked(want, each) for each in nouns))
    return Costly(made, 0.0, notes) if _are_apart(nouns) and is_fit else None


def _are_apart(nouns: tuple[Noun, ...]) -> bool:
    """Return whether each is a list of its own: of another class, or with something said."""
    is_said = len({*nouns}) == len(nouns) and not any(map(is_bare, nouns))
    return is_said or all(
        one.kind is not other.kind or not {*one.classes} & {*other.classes}
        for one, other in combinations(nouns, 2)
    )


def _then(period: Period, found: Asked) -> Asked | None:
    """Return "today, how many events happened"."""
    timed = [at_time(noun, period.label) for noun in found.of]
    return replace(found, of=tuple(each for each in timed if each)) if all(timed) else None


def _elliptic_time(first: Asked, period: Period) -> tuple[Asked, ...] | None:
    """Return "how many audits this week and how many last week"."""
    if len(first.of) != 1 or first.of[0].time in (None, period.label):
        return None
    return (first, replace(first, of=(replace(first.of[0], time=period.label),)))


def _elliptic(first: Asked, post: Post) -> tuple[Asked, ...] | Costly | None:
    """Return "how many servers are in zone-a and how many are active": both of servers."""
    if len(first.of) != 1 or first.claim is not None:
        return None
    noun = first.of[0]
    head = replace(noun, where=tuple(each for each in noun.where if is_base(each)))
    if not noun.is_headed or noun.is_one:
        return None
    found = applied(head, post)
    if isinstance(found, Costly):
        return Costly((first, asked(COUNTED, found.value)), found.cost)
    return found and (first, asked(COUNTED, found))


def _elliptic_which(counts: tuple[Asked, ...], post: Post | None = None) -> Costly | None:
    """Return "how many racks are in zone-a, and which are locked": which of these."""
    nouns = [noun for each in counts if each.want == COUNTED for noun in each.of if noun.is_headed]
    is_fit = len(nouns) == len(counts)
    which = _each_so(LISTED, tuple(nouns), (post,) if post else ()) if is_fit else None
    return which and which._replace(value=(*counts, *which.value))


def _elliptic_those(first: Asked, post: Post) -> tuple[Asked, ...] | Costly | None:
    """Return "servers in zone-a and count those in zone-b": those are others."""
    by = as_filter(post)
    is_other = by and len(first.of) == 1 and excludes(first.of[0].where, by.where)
    counted = replace(first, want=COUNTED) if first.want == LISTED else first
    found = _elliptic(counted, post) if is_other else None
    if isinstance(found, Costly):
        return found._replace(value=(first, *found.value[1:]))
    return found and (first, *found[1:])


RULES: Sequence[Rule] = rules_in(__file__, globals())
