"""A kind of question: the shapes it comes in, and the plan it becomes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from adapters.planners.rules.mentions import Mention, Slot
from adapters.planners.rules.question import DoesNotFit, Reading
from domain.estate.fields import RecordKind
from domain.plan.plan import Plan

_MACROS = {
    "ASK": "SHOW|WHICH|HOW|WHERE|SUMMARY",
    "H": "CIS|EVENTS|WORK|MAINT|DOCS",
    "HISTORY_OF": "EVENTS|WORK|MAINT",
    "VALUE": "AVERAGE|HIGHEST|LOWEST|LAST|NOW|SERIES",
}
_PLACES: dict[Slot, tuple[str, ...]] = {
    Slot.CI: ("keywords",),
    Slot.TIME: ("time_range",),
    Slot.LIMIT: ("top_n", "limit"),
    Slot.DEPTH: ("user_requested_depth",),
    Slot.AT_LEAST: ("at_least",),
    Slot.AT_MOST: ("at_most",),
    Slot.METRIC: ("metric_name",),
    Slot.RULE: ("rule_id",),
}
"""Where a plan carries what was said."""
_SHARE = re.compile(r"share\((?P<field>[^=]+)=(?P<value>.+)\)")
_TOKEN = re.compile(r"(?P<names>[A-Z_|]+)(?P<often>[?*+]?)")


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan, and the question it answers in the planner's own words.

    `implied` are conditions (field and value) that the plan keeps without a filter: what a
    package manager logs as installed are packages.
    """

    phrase: str
    plan: Plan
    implied: frozenset[tuple[str, object]] = frozenset()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of question.

    A shape is a sequence of symbols: `A|B` is a choice, `?`, `*` and `+` say how often. A shape
    that does not name CI lets configuration items stand anywhere.
    """

    name: str
    title: str
    shapes: tuple[str, ...]
    build: Callable[[Reading], Draft]
    examples: tuple[str, ...]

    def draft(self, reading: Reading) -> Draft | None:
        """Return the plan for a question of this kind, or None when it is another or says more."""
        if not any(_has_shape(reading, shape) for shape in self.shapes):
            return None
        try:
            draft = self.build(reading)
        except DoesNotFit:
            return None
        return draft if _carries_everything(draft, reading) else None


def _has_shape(reading: Reading, shape: str) -> bool:
    symbols = reading.skeleton.split()
    if not re.search(r"\bCI\b", shape):
        symbols = [symbol for symbol in symbols if symbol != "CI"]
    if "NOW" not in shape and _is_about_present(reading):
        symbols = [symbol for symbol in symbols if symbol != "NOW"]
    # Where a symbol was left out, two that are now neighbours may be the same.
    symbols = [s for at, s in enumerate(symbols) if at == 0 or s == "CI" or symbols[at - 1] != s]
    return _pattern(shape).fullmatch("".join(f"{symbol} " for symbol in symbols)) is not None


def _is_about_present(reading: Reading) -> bool:
    """Tell whether "now" says nothing new: items, unlike metrics, are always shown as they are."""
    return set(reading.kinds) <= {RecordKind.CI} and not reading.says(
        "METRIC", "HEALTH", "BUSIEST"
    )


@cache
def _pattern(shape: str) -> re.Pattern[str]:
    parts = (_TOKEN.fullmatch(token) for token in shape.split())
    return re.compile("".join(_part(match) for match in parts if match))


def _part(match: re.Match[str]) -> str:
    names = "|".join(_MACROS.get(name, name) for name in match["names"].split("|"))
    return f"(?:(?:{names}) ){match['often']}"


def _carries_everything(draft: Draft, reading: Reading) -> bool:
    # What was said is looked for in the plan itself: no kind can drop a word by mistake.
    said = set(_leaves(draft.plan.model_dump(mode="json", exclude_unset=True))) | draft.implied
    return all(_is_carried(mention, said) for mention in reading.mentions)


def _is_carried(mention: Mention, said: set[tuple[str, object]]) -> bool:
    conditions = [(each.filter.field, each.filter.value) for each in mention.meanings]
    places = [(key, mention.value or mention.number) for key in _PLACES.get(mention.slot, ())]
    if conditions and mention.value:
        places.append(("keywords", mention.value))  # a class of items as the end of a path
    wanted = [*conditions, *places]
    return not wanted or any(place in said for place in wanted)


def _leaves(value: object, key: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        if "field" in value and "value" in value:  # a filter names its field beside the value
            yield from _leaves(value["value"], str(value["field"]))
        for name, inner in value.items():
            yield from _leaves(inner, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, key)
    else:
        yield key, value
        # The condition of a share stands inside the text of its measure.
        if key == "metrics" and (share := _SHARE.fullmatch(str(value))):
            yield share["field"], share["value"]
