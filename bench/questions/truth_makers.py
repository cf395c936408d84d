"""Short names for the truths of the exam: each takes SQL, and is computed on an `Estate`."""

from collections.abc import Callable
from typing import Final

from bench.questions.reading_estates import Cell, Estate
from bench.questions.truth_kinds import (
    AskBack,
    Both,
    Buckets,
    Either,
    Facts,
    Groups,
    Hops,
    Items,
    Labels,
    Moment,
    Number,
    Ranking,
    Records,
    Refusal,
    Truth,
    Value,
    YesNo,
)

Maker = Callable[[Estate], Truth]

ANY: Final = (1, 2, 3, 99)
"""Steps in a graph: how far is rarely said."""
_CHOICES: Final = (
    ("DEPENDS_ON",),
    ("DEPENDS_ON", "RUNS_ON", "DEPLOYED_ON"),
    ("DEPENDS_ON", "RUNS_ON", "DEPLOYED_ON", "COMPOSED_OF"),
    ("DEPENDS_ON", "RUNS_ON", "DEPLOYED_ON", "USES", "PROTECTED_BY", "CONNECTED_TO"),
    (
        "DEPENDS_ON",
        "RUNS_ON",
        "DEPLOYED_ON",
        "USES",
        "PROTECTED_BY",
        "CONNECTED_TO",
        "COMPOSED_OF",
    ),
    ("DEPENDS_ON", "COMPOSED_OF"),
)


def number(sql: str, tolerance: float = 0.0) -> Maker:
    """One cell."""
    return lambda estate: Number(_float(estate.one(sql)), tolerance)


def items(sql: str) -> Maker:
    """Rows are codes."""
    return lambda estate: Items(frozenset(map(str, estate.column(sql))))


def labels(sql: str) -> Maker:
    """Rows are words."""
    return lambda estate: Labels(frozenset(map(str, estate.column(sql))))


def value(sql: str, field: str | None = None) -> Maker:
    """All columns of the row are spellings of it."""
    return lambda estate: Value(tuple(map(str, next(iter(estate.rows(sql)), ()))), field)


def one_of(sql: str) -> Maker:
    """Each row is as right as the others, such as equals of a superlative."""
    return lambda estate: Value(tuple(map(str, estate.column(sql))))


def top(count: int, sql: str) -> Maker:
    """Rows are label and figure, in order."""
    return lambda estate: Ranking(_pairs(estate, sql), count)


def groups(sql: str) -> Maker:
    """Rows are label and figure."""
    return lambda estate: Groups(_pairs(estate, sql))


def buckets(sql: str) -> Maker:
    """Rows are the start of a span and its figure."""
    return lambda estate: Buckets(_pairs(estate, sql))


def some(sql: str) -> Maker:
    """Yes when there are rows; they prove it."""

    def made(estate: Estate) -> Truth:
        proofs = frozenset(map(str, estate.column(sql)))
        return YesNo(is_yes=bool(proofs), proofs=proofs)

    return made


def every(exceptions: str) -> Maker:
    """Yes when there are no rows; they prove the no."""

    def made(estate: Estate) -> Truth:
        proofs = frozenset(map(str, estate.column(exceptions)))
        return YesNo(is_yes=not proofs, proofs=proofs)

    return made


def fact(sql: str) -> Maker:
    """Yes or no by the truth of one cell."""
    return lambda estate: YesNo(is_yes=bool(estate.one(sql)))


def moment(sql: str) -> Maker:
    """One cell."""
    return lambda estate: Moment(str(estate.one(sql)))


def records(sql: str) -> Maker:
    """Rows are instants."""
    return lambda estate: Records(tuple(map(str, estate.column(sql))))


def ordered(sql: str) -> Maker:
    """Records in the order of the rows."""
    return lambda estate: Records(tuple(map(str, estate.column(sql))), in_order=True)


def hops(start: str, end: str) -> Maker:
    """The shortest way between two items."""
    return lambda estate: Hops(frozenset({start, end}), estate.hop_count(start, end))


def shows(*facts: tuple[str, ...]) -> Maker:
    """See `Facts`."""
    return lambda _: Facts(facts)


def refusal(*words: str) -> Maker:
    """See `Refusal`."""
    return lambda _: Refusal(words)


def ask_back(*words: str, readings: tuple[Maker, ...] = ()) -> Maker:
    """See `AskBack`."""
    return lambda estate: AskBack(words, tuple(maker(estate) for maker in readings))


def either(*makers: Maker) -> Maker:
    """See `Either`."""
    return lambda estate: Either(tuple(maker(estate) for maker in makers))


def both(*makers: Maker) -> Maker:
    """See `Both`."""
    return lambda estate: Both(tuple(maker(estate) for maker in makers))


def reached(start: str, *, needed: bool, sub: str = "", depths: tuple[int, ...] = ANY) -> Maker:
    """What an item needs, or what needs it, by any plausible choice of relations and depth."""

    def made(estate: Estate) -> Truth:
        wanted = estate.codes
        if sub:
            wanted = frozenset(map(str, estate.column(f"select code from ci where sub = '{sub}'")))  # noqa: S608 - our own words
        found = {
            frozenset(estate.reached(start, needed=needed, kinds=kinds, depth=depth) & wanted)
            for kinds in _CHOICES
            for depth in depths
        }
        sets = sorted(filter(None, found), key=sorted) or [frozenset[str]()]
        return Either(tuple(map(Items, sets)))

    return made


def _pairs(estate: Estate, sql: str) -> tuple[tuple[str, float], ...]:
    return tuple((str(label), _float(figure)) for label, figure in estate.rows(sql))


def _float(cell: Cell) -> float:
    return 0.0 if cell is None else float(cell)
