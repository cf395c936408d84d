"""The one query that a question means, of all that it may mean."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import count

from adapters.planners.reader.chart import Edge
from adapters.planners.reader.grammar.applying import THROUGH
from adapters.planners.reader.plausible import Plausible, sets_of
from adapters.planners.reader.reaching import Reaching
from adapters.planners.reader.recalled import NoSuchTime, recalled
from adapters.planners.reader.resolved import NotTold, resolved
from domain.plan.look_ups import LookUps
from domain.plan.time_range import WrongTimeRange, parse_time_range
from domain.query.checks import checks
from domain.query.in_words import in_words
from domain.query.model import MOST_ASKS, Ask, Query
from domain.query.sets import Set, SetKind

_MOST, _ALIKE = 6, 0.05
_RECENT = "last_24h"
_UNRELATED = "no relation leads between such items here"
_RECENT_NOTE = "no time was said: taken of the last 24 hours"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A query with how unlikely it is, and what the answer says of how it was read."""

    query: Query
    cost: float
    notes: tuple[str, ...] = ()


class CannotBe(Exception):
    """What is asked is understood, but cannot be: the sentence says why."""


class SeveralMeanings(Exception):
    """A question means several things equally well."""

    def __init__(self, meanings: Sequence[Meaning]) -> None:
        """Keep the meanings, of which there are at least two."""
        self.meanings = [*meanings]
        self.readings = [", ".join([in_words(each.query), *each.notes]) for each in meanings]
        super().__init__(" or ".join(self.readings))


def chosen(edges: Iterable[Edge], look_ups: LookUps, now: datetime) -> Meaning | None:
    """Return the best meaning, or None where there is none.

    Raises `CannotBe` and `SeveralMeanings`.
    """
    return best(_distinct(edges), look_ups, now)


def best(meanings: Iterable[Meaning], look_ups: LookUps, now: datetime) -> Meaning | None:
    """Return the best of some meanings; see `chosen`."""
    alike = _cheapest(meanings, Plausible(look_ups))
    if not alike:
        return None
    alike = [_recalled(each, look_ups, now) for each in alike]
    _require_agreeing(alike, Plausible(look_ups))
    if len(alike) > 1:
        raise SeveralMeanings(alike)
    _require_related(alike[0], look_ups)
    _require_past(alike[0].query, now)
    plausible = Plausible(look_ups)
    query, notes = Reaching(plausible).query(alike[0].query)
    unrelated = (_UNRELATED,) if plausible.cost(query) else ()
    return replace(alike[0], query=query, notes=(*alike[0].notes, *notes, *unrelated))


def _recalled(meaning: Meaning, look_ups: LookUps, now: datetime) -> Meaning:
    try:
        query, notes = recalled(meaning.query, look_ups, now)
        query, told = resolved(query, look_ups, now)
    except (NoSuchTime, NotTold) as error:
        raise CannotBe(str(error)) from error
    return replace(meaning, query=query, notes=(*meaning.notes, *notes, *told))


def _require_related(meaning: Meaning, look_ups: LookUps) -> None:
    if THROUGH in meaning.notes and Plausible(look_ups).cost(meaning.query):
        message = "No such item has that, and none is related to what has it"
        raise CannotBe(message)


def _require_agreeing(meanings: Sequence[Meaning], plausible: Plausible) -> None:
    for both in {two for each in meanings for two in plausible.apart(each.query)}:
        message = f"Nothing is {' and '.join(sorted(both))} at once: say which, or both with 'or'"
        raise CannotBe(message)


def _cheapest(meanings: Iterable[Meaning], plausible: Plausible) -> list[Meaning]:
    """Return the cheapest meaning and those as cheap; only of likely ones is looked up more."""
    counted = count()
    waiting = [(each.cost, next(counted), False, each) for each in meanings]
    heapify(waiting)
    found = list[Meaning]()
    while waiting:
        cost, _, is_weighed, each = heappop(waiting)
        if found and cost - found[0].cost >= _ALIKE:
            break
        if is_weighed:
            found.append(each)
            continue
        cost = each.cost + plausible.cost(each.query)
        heappush(waiting, (cost, next(counted), True, replace(each, cost=cost)))
    return found


def _distinct(edges: Iterable[Edge]) -> Iterator[Meaning]:
    seen: set[Query] = set()
    for edge in edges:
        query, notes = timed_of(query_of([each.ask() for each in edge.value]))
        if query not in seen and len(seen) < _MOST:
            seen.add(query)
            if not checks(query):
                yield Meaning(query, edge.cost, edge.notes + notes)


def query_of(asks: Sequence[Ask]) -> Query:
    """Return what is asked as a query. Raises `CannotBe` where it is too much."""
    if len(asks) > MOST_ASKS:
        message = (
            f"This asks {len(asks)} things at once, of which {MOST_ASKS} can be: ask in parts"
        )
        raise CannotBe(message)
    return Query(asks=tuple(asks))


def timed_of(query: Query) -> tuple[Query, tuple[str, ...]]:
    """Return the query with the usual time for metrics of which no time was said."""
    asks = tuple(map(_with_time, query.asks))
    return (query, ()) if asks == query.asks else (Query(asks=asks), (_RECENT_NOTE,))


def _with_time(ask: Ask) -> Ask:
    of, want = ask.of, ask.want
    if want.do in ("measure", "per", "top", "nth"):
        of = tuple(_recent(members) for members in of)
    if want.do == "top" and want.by.of is not None:
        by = want.by.model_copy(update={"of": _recent(want.by.of)})
        want = want.model_copy(update={"by": by})
    is_same = of == ask.of and want == ask.want
    return ask if is_same else ask.model_copy(update={"of": of, "want": want})


def _recent(members: Set) -> Set:
    is_open = members.kind is SetKind.POINT and members.time is None
    return members.model_copy(update={"time": _RECENT}) if is_open else members


def _require_past(query: Query, now: datetime) -> None:
    for members in sets_of(query):
        if members.time is None or members.kind is SetKind.ITEM:
            continue
        try:
            window = parse_time_range(members.time, now=now).window
        except WrongTimeRange as error:
            raise CannotBe(str(error)) from error
        if window.start > now:
            message = f"{members.time} lies in the future: nothing is recorded of it yet"
            raise CannotBe(message)
