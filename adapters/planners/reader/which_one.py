"""Which items may be meant where one must be named, and none or no such one is."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from adapters.planners.reader.choosing import CannotBe, Meaning
from adapters.planners.reader.ground import Ground
from adapters.planners.reader.meaning import ITEM, Noun, having
from adapters.planners.reader.reading import Reading
from adapters.planners.reader.recalled import asked_text, is_named
from adapters.planners.reader.tokens import Token
from domain.query.model import Ask, ListWant, PathWant, Query
from domain.query.set_words import set_in_words
from domain.query.sets import FieldCondition, Related, Relations, Set

_MOST, _FAR = 3, 3
_FEW: Final = ListWant(limit=_MOST, fields=("ci_code",))


class WhichOne(CannotBe):
    """One of a class must be named: those that may be meant."""

    def __init__(self, why: str, meanings: Sequence[Meaning]) -> None:
        """Keep what is meant with each of them."""
        super().__init__(why)
        self.meanings = meanings


def require_ends(meaning: Meaning, ground: Ground) -> None:
    """Raise `WhichOne` for a path to one of a class, with the nearest that can be reached."""
    ask = meaning.query.asks[0]
    want = ask.want
    if not isinstance(want, PathWant) or is_named(want.to, "in"):
        return
    found = (_reached(want.to, ask.of[0], hops, ground) for hops in range(1, _FAR + 1))
    codes: list[str] = next(filter(None, found), [])
    which = f"which of the {set_in_words(want.to)}"
    why = f"Say to {which}" if codes else f"Say to {which}: none is within {_FAR} relations"
    ends = [want.to.model_copy(update={"where": (_code("=", each),)}) for each in codes]
    asks = [ask.model_copy(update={"want": PathWant(to=end)}) for end in ends]
    raise WhichOne(why, [replace(meaning, query=Query(asks=(each,))) for each in asks])


def numbered(reading: Reading, ground: Ground) -> Iterator[tuple[str, list[Token]]]:
    """Yield what is not there, "server 01", with the question about one that is called alike."""
    for sense in reading.bare:
        noun, at = sense.value, sense.end
        if sense.category != "N0" or not isinstance(noun, Noun) or noun.kind is not ITEM:
            continue
        if at < len(reading.tokens) and (number := reading.tokens[at]).kind in ("number", "code"):
            called = f"{reading.tokens[sense.start].text} {number.text}"
            like = having(noun, _code("contains", number.text))
            for code in _codes(ground, like.members()):
                token = replace(number, text=code, word=code.lower(), kind="code")
                kept = [*reading.tokens[: sense.start], token, *reading.tokens[at + 1 :]]
                yield called, kept


def _reached(members: Set, start: Set, hops: int, ground: Ground) -> list[str]:
    reached = Related(related=Relations(hops=hops), to=start)
    return _codes(ground, members.model_copy(update={"where": (*members.where, reached)}))


def _codes(ground: Ground, members: Set) -> list[str]:
    ask = asked_text(Ask(want=_FEW, of=(members,)))
    return [str(row["ci_code"]) for row in ground.look_ups.records(ask, ground.now)]


def _code(op: str, value: str) -> FieldCondition:
    return FieldCondition.model_validate({"field": "ci_code", "op": op, "value": value})
