"""Does each figure in the sentences of an answer stand in one of its blocks?

A block may have it as a value, a cell, an entry of its meta, or inside a text; sentences round,
write shares as percentages and instants to the minute. Figures that the plan gave (time ranges,
limits, names) need not stand there. And is anything shown beside the words that there is nothing?
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import wraps
from typing import Any, Final

from pydantic import JsonValue

from domain.plan.flow import places_of
from domain.plan.plan import Plan
from domain.response.blocks import NOTES_ID, Block, TextBlock, dump_blocks
from domain.response.builder import NO_RESULTS
from domain.response.compose import composition
from domain.response.compose.call_result import CallResult
from domain.response.edition import NEWEST

_INSTANT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:\+00:00|Z| UTC)?"
)
_FIGURE: Final = re.compile(r"(?<![\w.:/+-])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w-]|[.:,]\d)( ?%)?")
_MORE: Final = re.compile(r" and (\d+) more\b")
_NAMED: Final = (5, 10)
_ROUNDING: Final = 0.0051
"""Sentences round to three digits."""


UNFOUNDED: Final[list[str]] = []
"""What was found so far; see `watch`."""


def watch() -> None:
    """Look at every answer of the newest edition that is composed in this process from now on.

    Where a plan that was handed in says which blocks it wants, it gets no others.
    """
    composed = composition.compose

    @wraps(composed)
    def compose(
        plan: Plan,
        calls: Sequence[CallResult],
        *more: Any,  # noqa: ANN401 - passed on as they came
        **named: Any,  # noqa: ANN401 - passed on as they came
    ) -> composition.Composition:
        made = composed(plan, calls, *more, **named)
        is_handed_in = any(getattr(each, "is_handed_in", False) for each in more)
        is_newest = named.get("edition", NEWEST) == NEWEST and named.get("now") is not None
        if is_newest and not (is_handed_in and _chooses_blocks(plan)):
            UNFOUNDED.extend(f"{each} in: {made.answer}" for each in unfounded(plan, calls, made))
        return made

    composition.compose = compose


def _chooses_blocks(plan: Plan) -> bool:
    all_parts = (plan, *(place.step for place in places_of(plan)))
    return any("blocks" in parts.output.model_fields_set for parts in all_parts)


def unfounded(plan: Plan, calls: Sequence[CallResult], made: composition.Composition) -> list[str]:
    """Return the figures in the answer that stand neither in a block nor in what was asked."""
    blocks = [block for block in made.blocks if not _repeats(block, made.answer)]
    denied = [f"shown is {each.id}" for each in blocks if _is_denied(each, made.answer)]
    asked: list[JsonValue] = [plan.model_dump(mode="json")]
    asked += [dict(call.params) for call in calls]
    asked += [call.facts.get("time_range") for call in calls]  # of a call without one, the usual
    told = [*_leaves(dump_blocks(blocks)), *_leaves(asked)]
    texts = " ".join(str(each) for each in told)
    numbers = {number for each in told for number in _numbers(each)}
    instants = {_minute(each) for each in _INSTANT.findall(texts)}
    found = [each for each in _INSTANT.findall(made.answer) if _minute(each) not in instants]
    rest = _INSTANT.sub(" ", made.answer)
    counted = numbers | {*_lengths(dump_blocks(blocks))}
    found += [f"{each} more" for each in _MORE.findall(rest) if not _is_rest(int(each), counted)]
    rest = _MORE.sub(" ", rest)
    for figure in _FIGURE.finditer(rest):
        if not _stands(figure, numbers) and f" {figure[0]} " not in f" {texts} ":
            found.append(figure[0])
    return [*denied, *found]


def _is_denied(block: Block, answer: str) -> bool:
    return answer.startswith(NO_RESULTS) and block.id != NOTES_ID


def _repeats(block: Block, answer: str) -> bool:
    return isinstance(block, TextBlock) and block.text == answer


def _leaves(value: Any) -> Iterator[JsonValue]:  # noqa: ANN401 - any JSON
    match value:
        case dict():
            for key, each in value.items():
                yield key
                yield from _leaves(each)
        case list() | tuple():
            for each in value:
                yield from _leaves(each)
        case bool() | None:
            return
        case _:
            yield value


def _lengths(value: Any) -> Iterator[int]:  # noqa: ANN401 - any JSON
    """Yield how long the lists are: of groups that are all there, some may be named."""
    if isinstance(value, list | tuple):
        yield len(value)
    for each in value.values() if isinstance(value, dict) else ():
        yield from _lengths(each)
    for each in value if isinstance(value, list | tuple) else ():
        yield from _lengths(each)


def _numbers(value: JsonValue) -> Iterable[float]:
    if isinstance(value, int | float):
        return [float(value)]
    return [_number(each[0]) for each in _FIGURE.finditer(re.sub(r"[a-z_]+", " ", str(value)))]


def _number(text: str) -> float:
    return float(text.rstrip("% "))


def _stands(figure: re.Match[str], numbers: Iterable[float]) -> bool:
    said = _number(figure[0])
    wanted = [said, said / 100] if figure[1] else [said]
    return any(_is_rounded(each, number) for each in wanted for number in numbers)


def _is_rounded(said: float, number: float) -> bool:
    return said == number or (abs(said - number) <= abs(number) * _ROUNDING and number % 1 != 0)


def _is_rest(more: int, numbers: set[float]) -> bool:
    return any(more + named in numbers for named in _NAMED)


def _minute(instant: str) -> str:
    return instant[:16].replace("T", " ")
