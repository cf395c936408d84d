"""Words before a class that no index knows, and that names of its items have: bedside monitors."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from adapters.planners.reader.meaning import ITEM, Filter, Noun
from adapters.planners.reader.recalled import asked_text
from adapters.planners.reader.senses import EXACT, Sense
from adapters.planners.reader.tokens import Token
from adapters.planners.reader.words import Words
from domain.json import as_number
from domain.plan.look_ups import LookUps
from domain.query.model import Ask, CountWant
from domain.query.sets import FieldCondition

_LONGEST: Final = 3
_SHORTEST: Final = 3
"""A word that many names have by chance is shorter."""


def called(
    senses: Sequence[Sense],
    tokens: Sequence[Token],
    look_ups: LookUps,
    now: datetime,
    words: Words,
) -> Iterator[Sense]:
    """Yield the names that words before a class stand for, of which one is unknown."""
    free = {at for at, token in enumerate(tokens) if token.word in words.fillers}
    known = free | {at for each in senses for at in range(each.start, each.end)}
    for sense in senses:
        if sense.category != "N0" or sense.value.kind is not ITEM:
            continue
        for start in range(max(0, sense.start - _LONGEST), sense.start):
            said = tokens[start : sense.start]
            is_new = any(at not in known for at in range(start, sense.start))
            name = " ".join(each.word for each in said)
            is_word = all(each.kind == "word" for each in said) and len(name) > _SHORTEST
            if is_new and is_word and _is_in_names(name, sense.value, look_ups, now):
                by = Filter(ITEM, (_name(name),), classes=sense.value.classes)
                note = f"{name!r} is in their names"
                yield Sense("COND", start, sense.start, by, EXACT, note)
                break


def _is_in_names(words: str, noun: Noun, look_ups: LookUps, now: datetime) -> bool:
    """Return whether names of the class have these words, and none has them in longer ones."""
    found, whole = (
        _count(noun, name, look_ups, now) for name in (_name(words), _name(f"{words} "))
    )
    return 0 < found == whole


def _count(noun: Noun, name: FieldCondition, look_ups: LookUps, now: datetime) -> float:
    members = noun.members()
    of = members.model_copy(update={"where": (*members.where, name)})
    (record,) = look_ups.records(asked_text(Ask(want=CountWant(), of=(of,))), now)
    return as_number(record["count"]) or 0


def _name(words: str) -> FieldCondition:
    return FieldCondition(field="ci_name", op="contains", value=words)
