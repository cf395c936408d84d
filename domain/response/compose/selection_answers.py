"""What came out for each set of a query, and the blocks that show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from pydantic import JsonValue

from domain.json import JsonMap, as_count, as_list, as_number, as_text, as_texts
from domain.query.fields import NAMING
from domain.query.model import Ask, CountWant, ListWant, MeasureWant, PerWant, ShareWant
from domain.query.set_words import (
    condition_in_words,
    field_in_words,
    measure_in_words,
    noun_of,
    set_in_words,
)
from domain.query.sets import Function, Measure
from domain.response.blocks import (
    Block,
    NumberBlock,
    TableBlock,
    TimeseriesBlock,
    TimeseriesPoint,
    TimeseriesSeries,
    as_cell,
)
from domain.response.compose.call_result import CallResult
from domain.response.compose.wording import Noun, listed

FEW = 5
_IS_ONE, _TWO = 1, 2
_OF_EACH = ("totals", "values", "parts")


@dataclass(frozen=True, slots=True)
class SetAnswer:
    """What came out for one set."""

    noun: Noun
    columns: list[str]
    rows: list[list[JsonValue]]
    total: int
    value: JsonValue
    part: int
    unit: str | None
    names: int

    def counted(self) -> str:
        """Return the members in words: "2 servers in zone-a"."""
        return self.noun.counted(self.total)

    def named(self, *, at_most: int = FEW) -> str:
        """Return the records shown, by what names them."""
        at = next((n for n, each in enumerate(self.columns) if each == "ci_code"), 0)
        return listed([as_text(row[at]) or "(none)" for row in self.rows], at_most=at_most)


def answers_of(ask: Ask, facts: JsonMap) -> list[SetAnswer]:
    """Return the answer for each set; of several, a row begins with the words of its set."""
    columns, rows = as_texts(facts.get("columns")), [*map(as_list, as_list(facts.get("rows")))]
    unit, nouns = as_text(facts.get("unit")) or None, [Noun(*noun_of(each)) for each in ask.of]
    if len(nouns) == _IS_ONE:
        about = [(facts.get("total"), facts.get("value"), facts.get("part"))]
        of_each = [rows]
    else:
        # A result that was patched may have less.
        totals, values, parts = (as_list(facts.get(name)) for name in _OF_EACH)
        about = [each[1:] for each in zip_longest(nouns, totals, values, parts)]
        named = map(set_in_words, ask.of)
        of_each = [[row[1:] for row in rows if row[0] == name] for name in named]
        columns = columns[1:]
    return [
        SetAnswer(
            noun=noun,
            columns=columns,
            rows=own,
            total=as_count(total),
            value=value,
            part=as_count(part),
            unit=unit,
            names=NAMING.get(ask.of[0].kind, 2),
        )
        for noun, own, (total, value, part) in zip(nouns, of_each, about, strict=True)
    ]


def unit_of(measure: Measure, unit: str | None) -> str | None:
    """Return the unit of the measure, of points with this unit."""
    if unit is None or measure.function in (Function.COUNT, Function.COUNT_DISTINCT):
        return None
    return f"{unit}/s" if measure.function is Function.RATE else unit


def blocks_of(ask: Ask, answers: Sequence[SetAnswer], call: CallResult) -> list[Block]:
    """Return numbers for single values, a table for what has rows, and a line over time."""
    numbers = [block for answer in answers for block in _numbers(ask, answer)]
    if (gap := difference_of(ask, answers)) is not None:
        label = "more" if gap >= 0 else "fewer"
        numbers.append(NumberBlock(title="Difference", label=label, value=abs(gap)))
    is_told = len(ask.of) == _IS_ONE and isinstance(ask.want, CountWant)
    return [*numbers, *([] if is_told else [_table(ask, call)]), *_over_time(ask, answers)]


def difference_of(ask: Ask, answers: Sequence[SetAnswer]) -> float | None:
    """Return how many more the first of two sets has than the second; None if nobody asks so."""
    counts = [as_number(each.value) for each in answers]
    is_asked = isinstance(ask.want, CountWant) and ask.want.difference
    if not is_asked or len(counts) != _TWO:
        return None
    return (counts[0] or 0) - (counts[1] or 0)


def _numbers(ask: Ask, answer: SetAnswer) -> list[Block]:
    """Return the one value that was asked for as a number, and that of the whole beside it."""
    title = answer.noun.of_all()
    match ask.want:
        case CountWant(distinct=name):
            label = f"different {field_in_words(name)} of {title}" if name else title
            return [NumberBlock(title="Total", label=label, value=as_number(answer.value))]
        case MeasureWant(measures=measures, group=()):
            values = answer.rows[0] if answer.rows else [None] * len(measures)
            return [
                NumberBlock(
                    title=title,
                    label=measure_in_words(each),
                    value=as_number(value),
                    unit=unit_of(each, answer.unit),
                )
                for each, value in zip(measures, values, strict=True)
            ]
        case ShareWant(group=()):
            value = as_number(answer.value)
            label = condition_in_words(ask.want.condition)
            return [NumberBlock(title=title, label=label, value=value, unit="%")]
        case _:
            return []


def _table(ask: Ask, call: CallResult) -> Block:
    facts = call.facts
    rows = [[as_cell(value) for value in as_list(row)] for row in as_list(facts.get("rows"))]
    names = ("total", "total_groups", "part", "unit", "totals")
    meta: JsonMap = {name: facts[name] for name in names if name in facts}
    if isinstance(ask.want, ListWant) and rows:
        meta["shown"] = [ask.want.offset + 1, ask.want.offset + len(rows)]
    reading = as_text(facts.get("reading"))
    return TableBlock(title=reading, columns=as_texts(facts.get("columns")), rows=rows, meta=meta)


def _over_time(ask: Ask, answers: Sequence[SetAnswer]) -> list[Block]:
    if not isinstance(ask.want, PerWant):
        return []
    lines = [
        TimeseriesSeries(
            name=answer.noun.of_all(),
            data=[
                TimeseriesPoint(timestamp=as_text(start), value=as_number(value))
                for start, value in answer.rows
            ],
        )
        for answer in answers
    ]
    title = f"{measure_in_words(ask.want.measure)} per {ask.want.bucket}"
    return [TimeseriesBlock(title=title, series=lines, meta={"unit": answers[0].unit})]
