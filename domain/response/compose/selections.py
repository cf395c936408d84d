"""Sections about what a query asked of sets of records."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from pydantic import JsonValue, ValidationError

from domain.json import as_number, as_text
from domain.query.in_words import want_in_words
from domain.query.model import (
    Ask,
    CausesWant,
    CountWant,
    DistributionWant,
    ExistsWant,
    FieldWant,
    GraphWant,
    ListWant,
    MeasureWant,
    NthWant,
    PathWant,
    PerWant,
    QuantifiedWant,
    ShareWant,
    SimulateWant,
    TopWant,
)
from domain.query.set_words import condition_in_words, field_in_words, measure_in_words, ranked_by
from domain.query.sets import NONE, Count, Measure, SetKind
from domain.response.blocks import as_cell
from domain.response.compose.call_result import CallResult
from domain.response.compose.section import Section
from domain.response.compose.selection_answers import (
    FEW,
    SetAnswer,
    answers_of,
    blocks_of,
    difference_of,
    unit_of,
)
from domain.response.compose.wording import in_words, instant, listed

_IS_ONE = 1


def selection(call: CallResult) -> Section | None:
    """Say in words what came out; None where the params are no ask."""
    try:
        ask = Ask.model_validate(call.params)
    except ValidationError:
        return None
    answers = answers_of(ask, call.facts)
    said = [_said(ask, answer) for answer in answers]
    verdict = call.facts.get("verdict")
    sentence = f"{_verdict(ask, verdict)}{'; '.join(said)}{_difference(ask, answers)}."
    blocks = blocks_of(ask, answers, call)
    shown = [each for each in call.warnings if each.endswith(" shown")]
    return Section(_begun(sentence), blocks, covered=shown)


def _difference(ask: Ask, answers: Sequence[SetAnswer]) -> str:
    if (gap := difference_of(ask, answers)) is None:
        return ""
    return f": {in_words(abs(gap), None)} {'more' if gap > 0 else 'fewer'}" if gap else ": as many"


def _begun(sentence: str) -> str:
    """Return the sentence with a capital, unless it begins with a code."""
    is_word = sentence.partition(" ")[0].rstrip(":").isalpha()
    return f"{sentence[:1].upper()}{sentence[1:]}" if is_word else sentence


def _verdict(ask: Ask, verdict: JsonValue) -> str:
    if verdict is None:
        return "there is no value to judge by: " if ask.claim else ""
    return "yes: " if verdict is True else "no: "


def _said(ask: Ask, answer: SetAnswer) -> str:  # noqa: C901, PLR0911, PLR0912 - one line for each
    """Return what came out for one set, without a full stop."""
    match ask.want:
        case CountWant(distinct=name):
            different = f"{answer.value} different {field_in_words(name or '')} of "
            return f"{different}{answer.noun.of_all()}" if name else answer.counted()
        case ListWant() | ExistsWant():
            return _listed(answer, ask.want)
        case NthWant() if not answer.rows:
            return _no_such_place(ask, ask.want, answer)
        case ShareWant(so_many=Count()):
            return _so_many_groups(answer, ask.want)
        case FieldWant() | MeasureWant() | ShareWant() | DistributionWant() | PerWant() if (
            not answer.total
        ):
            return answer.counted()
        case NthWant(fields=names) if not names or len(answer.rows) != _IS_ONE:
            return _first(answer)
        case FieldWant(fields=names) | NthWant(fields=names):
            return _fields(answer, names)
        case QuantifiedWant():
            return _quantified(answer, ask.want)
        case TopWant(by=measure, group=group):
            return _top(answer, ask.want, measure, len(group) or 1)
        case MeasureWant(measures=measures, group=group):
            return _measured(answer, measures, len(group))
        case ShareWant(condition=condition, group=group):
            what = condition_in_words(condition)
            return _shared(answer, what, len(group))
        case DistributionWant(group=group):
            by = " and ".join(map(field_in_words, group))
            return f"{answer.counted()} by {by}: {_groups(answer, len(group), [None, '%'])}"
        case PerWant(bucket=bucket, measure=measure):
            return _per(answer, bucket, measure)
        case PathWant() | GraphWant() | CausesWant() | SimulateWant():
            return answer.counted()
        case _:
            assert_never(ask.want)


def _no_such_place(ask: Ask, want: NthWant, answer: SetAnswer) -> str:
    """Return that there are not so many; items that have not what orders them may be there."""
    is_item = want.by and ask.of[0].kind is SetKind.ITEM
    ordered = f" with {field_in_words(want.by or '')}" if is_item else ""
    if want.n > 1:
        return f"there are fewer than {want.n} {answer.noun.of_all()}{ordered}"
    return f"{answer.counted()}{ordered}"


def _listed(answer: SetAnswer, want: ListWant | ExistsWant) -> str:
    if not answer.total:
        is_claim = isinstance(want, ExistsWant)
        return f"there are no {answer.noun.of_all()}" if is_claim else answer.counted()
    first = want.offset if isinstance(want, ListWant) else 0
    if not answer.rows:
        return f"{answer.counted()}, none of them from number {first + 1} on"
    if len(answer.rows) == answer.total:
        return f"{answer.counted()}: {answer.named()}" if answer.total <= FEW else answer.counted()
    return f"{answer.counted()}; shown are {first + 1} to {first + len(answer.rows)}"


def _fields(answer: SetAnswer, names: Sequence[str]) -> str:
    if len(answer.rows) != _IS_ONE:
        return f"{answer.counted()}{f': {answer.named()}' if len(answer.rows) <= FEW else ''}"
    row = dict(zip(answer.columns, answer.rows[0], strict=True))
    values = ", ".join(
        f"no {field_in_words(each)}"
        if row.get(each) is None
        else f"{field_in_words(each)} {_cell(row[each])}"
        for each in names
    )
    return f"{as_text(answer.rows[0][0])}: {values}"


def _first(answer: SetAnswer) -> str:
    """Return the record in words, or how many there are from that place on."""
    if len(answer.rows) != _IS_ONE:
        return f"{len(answer.rows)} of {answer.counted()}: {answer.named()}"
    return " ".join(_cell(each) for each in answer.rows[0] if each not in (None, ""))


def _quantified(answer: SetAnswer, want: QuantifiedWant) -> str:
    what, so_many = condition_in_words(want.condition), answer.part
    if not answer.total:
        return answer.counted()
    telling = f": {answer.named()}" if answer.rows else ""
    if want.do == "all" and so_many < answer.total:
        return f"{answer.total - so_many} of {answer.counted()} are not {what}{telling}"
    return f"{so_many or 'none'} of {answer.counted()} are {what}{telling}"


def _top(answer: SetAnswer, want: TopWant, measure: Measure, keys: int) -> str:
    which = "lowest" if want.ascending else "highest"
    of = f"{f'number {want.n} with ' * want.only_last}the {which} {ranked_by(measure)}"
    if not answer.rows:
        return f"{of} of {answer.noun.of_all()}: no value"
    unit = unit_of(measure, answer.unit)
    if want.group or measure.of is not None or measure.field is None:
        return f"{of} of {answer.noun.of_all()}: {_groups(answer, keys, [unit])}"
    value = answer.columns.index(measure.field)
    named = [
        f"{' '.join(map(_cell, row[: answer.names]))} ({_cell(row[value], unit)})"
        for row in answer.rows
    ]
    return f"{of} of {answer.noun.of_all()}: {listed(named)}"


def _measured(answer: SetAnswer, measures: Sequence[Measure], keys: int) -> str:
    words = [measure_in_words(each) for each in measures]
    units = [unit_of(each, answer.unit) for each in measures]
    if keys:
        return f"{' and '.join(words)} of {answer.counted()}: {_groups(answer, keys, units)}"
    if not answer.rows:
        return f"{' and '.join(words)} of {answer.counted()}: no value"
    values = zip(words, answer.rows[0], units, strict=True)
    said = ", ".join(f"{word} {_cell(value, unit)}" for word, value, unit in values)
    return f"{answer.counted()}: {said}"


def _shared(answer: SetAnswer, what: str, keys: int) -> str:
    if keys:
        return f"of {answer.counted()}, {what}: {_groups(answer, keys, ['%'])}"
    percent = in_words(as_number(answer.value), "%")
    return f"{answer.part} of {answer.counted()} are {what}: {percent}"


def _so_many_groups(answer: SetAnswer, want: ShareWant) -> str:
    """Return "2 values of location where none are ...": the groups, with how many are."""
    words = want_in_words(want).removeprefix("each ")
    counts = replace(answer, rows=[row[:-2] for row in answer.rows])
    units = [None] if want.so_many != NONE else []
    named = f": {_groups(counts, len(want.group), units)}" if answer.rows else ""
    return f"{answer.value or 'no'} value{'s' * (answer.value != 1)} of {words}{named}"


def _per(answer: SetAnswer, bucket: str, measure: Measure) -> str:
    words = f"{measure_in_words(measure)} of {answer.counted()} per {bucket}"
    values = [(number, row[0]) for row in answer.rows if (number := as_number(row[1])) is not None]
    if not values:
        return f"{words}: no value"
    highest = max(number for number, _ in values)
    at = next(start for number, start in values if number == highest)
    unit = unit_of(measure, answer.unit)
    return f"{words}: the highest {in_words(highest, unit)} from {_cell(at)} on"


def _groups(answer: SetAnswer, keys: int, units: Sequence[str | None]) -> str:
    """Return "zone-a (12), zone-b (3)": the groups with as many last cells as there are units."""
    named = []
    for row in answer.rows:
        values = zip(row[len(row) - len(units) :], units, strict=True)
        said = ", ".join(_cell(value, unit) for value, unit in values)
        key = " / ".join(_cell(each, none="(none)") for each in row[:keys])
        named.append(f"{key} ({said})" if units else key)
    return listed(named) or "no value"


def _cell(value: JsonValue, unit: str | None = None, *, none: str = "no value") -> str:
    number = as_number(value)
    if number is not None:
        return in_words(number, unit)
    if value is None:
        return none
    text = value if isinstance(value, str) else as_text(as_cell(value))
    return instant(text) if text[10:11] == "T" else text
