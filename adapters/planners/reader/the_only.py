"""Items that are meant by their class alone, as there is just one: the host of a machine."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from adapters.planners.reader.meaning import CLASS_FIELDS, ITEM, Noun, equals
from adapters.planners.reader.recalled import asked_text
from adapters.planners.reader.senses import FILLER, Sense
from adapters.planners.reader.tokens import Token
from adapters.planners.reader.words import Words, form_of
from domain.json import as_text
from domain.plan.look_ups import LookUps
from domain.query.model import Ask, ListWant
from domain.query.sets import FieldCondition

_CODES = ListWant(fields=("ci_code",), limit=2)


def the_only(
    senses: Sequence[Sense],
    tokens: Sequence[Token],
    look_ups: LookUps,
    now: datetime,
    words: Words,
) -> Iterator[Sense]:
    """Yield the item that "the host" is, beside the class."""
    for sense in senses:
        said = " ".join(token.word for token in tokens[sense.start : sense.end])
        if sense.category != "N0" or form_of(said) != said or not _is_one(sense.value, look_ups):
            continue
        ask = asked_text(Ask(want=_CODES, of=(sense.value.members(),)))
        codes = [as_text(row["ci_code"]) for row in look_ups.records(ask, now)]
        one = Noun(ITEM, (equals("ci_code", codes[0]),), is_one=True, classes=sense.value.classes)
        is_this = sense.start > 0 and tokens[sense.start - 1].word in words.joints["this"]
        note = f"the only {said} is {codes[0]}"
        yield Sense("NAME", sense.start - is_this, sense.end, one, FILLER, note)


def _is_one(noun: Noun, look_ups: LookUps) -> bool:
    """Return whether the words of the estate count one item of the class."""
    only = noun.where[0] if len(noun.where) == 1 and noun.kind is ITEM else None
    if not isinstance(only, FieldCondition) or only.field not in CLASS_FIELDS:
        return False
    named = look_ups.named([str(only.value).lower()]).values()
    source = f"ci.{only.field}"
    return any(each.source == source and each.count == 1 for found in named for each in found)
