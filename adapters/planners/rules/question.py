"""Reading a question: what each part of it stands for, and which words nothing explains."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from adapters.planners.rules.expressions import expression_at, identifier_at, rule_at
from adapters.planners.rules.lexicon import Lexicon
from adapters.planners.rules.mentions import HEAD_SYMBOLS, SYMBOL_KINDS, Mention, Slot, cue
from adapters.planners.rules.times import time_at
from domain.estate.fields import RecordKind
from domain.estate.queries import FilterSpec
from domain.plan.look_ups import LookUps
from domain.plan.planner import PlanningContext

_QUOTED = re.compile(r'"(?P<name>[^"]+)"(?!\S)')
_JOINING = {"and", "or"}
_SAYS_NOTHING_NEW = {"RUNNING": {"process", "port"}, "INSTALLED": {"package"}}


class DoesNotFit(Exception):
    """Says that a kind of question looks right but cannot answer everything that was asked."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The mentions of a question in order, and the words that nothing explains."""

    text: str
    mentions: tuple[Mention, ...]
    unknown: tuple[str, ...]
    context: PlanningContext

    @property
    def look_ups(self) -> LookUps:
        """What can be asked of the estate that the question is about."""
        return self.context.look_ups

    @property
    def skeleton(self) -> str:
        """The question without its facts: its symbols, those but CI that repeat left out."""
        symbols: list[str] = []
        for mention in self.mentions:
            if mention.symbol and (mention.symbol == "CI" or symbols[-1:] != [mention.symbol]):
                symbols.append(mention.symbol)
        return " ".join(symbols)

    @property
    def kinds(self) -> list[RecordKind]:
        """The kinds of records asked for, each once."""
        heads = [SYMBOL_KINDS[m.symbol] for m in self.mentions if m.symbol in SYMBOL_KINDS]
        return list(dict.fromkeys(heads))

    def every(self, slot: Slot) -> list[Mention]:
        """Return the mentions of a slot, in order."""
        return [mention for mention in self.mentions if mention.slot is slot]

    def one(self, slot: Slot) -> Mention:
        """Return the only mention of a slot. Raises `DoesNotFit` for none or several."""
        found = self.every(slot)
        if len({mention.value or mention.number for mention in found}) != 1:
            raise DoesNotFit
        return found[0]

    def maybe(self, slot: Slot) -> Mention | None:
        """Return the mention of a slot or None. Raises `DoesNotFit` when there are several."""
        return self.one(slot) if self.every(slot) else None

    def says(self, *symbols: str) -> bool:
        """Tell whether one of the cues is in the question."""
        return any(mention.symbol in symbols for mention in self.mentions)

    def number(self, slot: Slot, default: int) -> int:
        """Return the whole number of a slot, or the default."""
        mention = self.maybe(slot)
        return int(mention.number) if mention else default

    def time(self, default: str) -> str:
        """Return the time range asked for, or the default."""
        mention = self.maybe(Slot.TIME)
        return mention.value if mention else default

    def filters(self, kind: RecordKind) -> list[FilterSpec]:
        """Return all conditions as filters of one kind of records.

        Raises `DoesNotFit` for a condition that this kind does not have, or for two values of a
        field that no "and" or "or" joins.
        """
        return filters_of([m for m in self.mentions if m.meanings], kind)


def filters_of(mentions: list[Mention], kind: RecordKind) -> list[FilterSpec]:
    """Return the conditions of some mentions as filters; see `Reading.filters`."""
    by_field: dict[tuple[str, str], list[FilterSpec]] = {}
    for mention in mentions:
        meanings = [meaning.filter for meaning in mention.meanings if meaning.kind is kind]
        if not meanings:
            raise DoesNotFit
        for condition in meanings:
            same = by_field.setdefault((condition.field, condition.op), [])
            if same and condition not in same and not mention.is_joined:
                raise DoesNotFit
            if condition not in same:
                same.append(condition)
    return [_any_of(conditions) for conditions in by_field.values()]


def refuse_presence(reading: Reading) -> None:
    """Raise `DoesNotFit` where "running" or "installed" would be a condition on what is asked for.

    A listed process runs and a listed package is installed; of servers, these words say more.
    """
    classes = {
        str(meaning.filter.value).lower()
        for mention in reading.every(Slot.HEAD)
        for meaning in mention.meanings
    }
    for symbol, allowed in _SAYS_NOTHING_NEW.items():
        if reading.says(symbol) and not (classes and classes <= allowed):
            raise DoesNotFit


def _any_of(conditions: list[FilterSpec]) -> FilterSpec:
    if len(conditions) == 1:
        return conditions[0]
    if conditions[0].op != "=":
        raise DoesNotFit
    values = [str(condition.value) for condition in conditions]
    return FilterSpec(field=conditions[0].field, op="IN", value=values)


def read(
    text: str, context: PlanningContext, *, lexicon: Lexicon, items_first: bool = False
) -> Reading:
    """Read a normalised question; with `items_first` an item's code or name always means it."""
    mentions: list[Mention] = []
    unknown: list[str] = []
    at, is_joined = 0, False
    while at < len(text):
        found = _recognised(text, at, context, lexicon=lexicon, items_first=items_first)
        end = found[0] if found else _end_of_word(text, at)
        words = text[at:end]
        if found is None:
            unknown.append(words)
        else:
            mentions.append(replace(found[1], text=words, is_joined=is_joined))
        is_fill = found is not None and found[1].slot is Slot.FILL
        is_joined = words in _JOINING or (is_joined and is_fill)
        at = end + 1
    return Reading(text, tuple(_resolved(mentions)), tuple(unknown), context)


def _recognised(
    text: str, at: int, context: PlanningContext, *, lexicon: Lexicon, items_first: bool
) -> tuple[int, Mention] | None:
    if quoted := _QUOTED.match(text, at):
        known = lexicon.items.get(quoted["name"])
        return quoted.end(), known or Mention(
            slot=Slot.CI, symbol="CI", value=quoted["name"], is_known=False
        )
    if text.startswith("or ", at):
        return at + 2, cue("OR")
    candidates = (
        lexicon.longest_at(text, at, items_first=items_first),
        time_at(text, at, context.now),
        expression_at(text, at),
        rule_at(text, at),
    )
    found = [candidate for candidate in candidates if candidate]
    if found:
        return max(found, key=lambda candidate: candidate[0])
    return identifier_at(text, at, lexicon.prefixes)


def _end_of_word(text: str, at: int) -> int:
    end = text.find(" ", at)
    return len(text) if end == -1 else end


def _resolved(mentions: list[Mention]) -> Iterator[Mention]:
    heads = [mention.symbol for mention in mentions if mention.slot is Slot.HEAD]
    for at, mention in enumerate(mentions):
        if mention.symbol == "OR" and _is_choice(mentions, at):
            continue
        kind = _kind_said_elsewhere(mention, heads) if mention.symbol == "UNCLEAR" else None
        yield replace(mention, symbol=HEAD_SYMBOLS[kind]) if kind else mention


def _is_choice(mentions: list[Mention], at: int) -> bool:
    around = [
        m for m in (*mentions[max(at - 1, 0) : at], *mentions[at + 1 : at + 2]) if m.meanings
    ]
    fields = [{(each.kind, each.filter.field) for each in m.meanings} for m in around]
    return fields[:1] == fields[1:] and bool(fields)


def _kind_said_elsewhere(mention: Mention, heads: list[str]) -> RecordKind | None:
    kinds = [m.kind for m in mention.meanings if HEAD_SYMBOLS.get(m.kind) in heads]
    return kinds[0] if len(kinds) == 1 else None
