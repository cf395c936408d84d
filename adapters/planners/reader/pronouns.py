"""What pronouns of a follow-up question stand for: the set of the query before, or a member."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from adapters.planners.reader.meaning import ITEM, Noun, equals
from adapters.planners.reader.senses import Sense
from adapters.planners.reader.tokens import Token, tokens_of
from adapters.planners.reader.words import Words
from domain.estate.looked_up import Followed
from domain.query.model import Ask, ListWant, Query
from domain.query.set_words import set_in_words
from domain.query.sets import FieldCondition, Set

_WORDS: Final = ("them", "it")
CLASS_FIELDS: Final = ("ci_subtype", "ci_type", "ci_category")
_NAMES: Final = ("ci_code", "ci_name")
_GRAPH: Final = ("path", "needs", "impact", "changes", "why")


@dataclass(frozen=True, slots=True)
class Before:
    """What was asked before, and what its answer shows."""

    query: Query
    shown: Sequence[str]
    is_whole: bool
    unclear: dict[str, str] = field(default_factory=dict)
    """Why a pronoun of the question stands for nothing, by its words."""

    @property
    def last(self) -> Ask:
        """What was asked last of all."""
        return self.query.asks[-1]


def before_of(followed: Followed) -> Before:
    """Return what a follow-up builds on."""
    return Before(Query.model_validate(followed.query), followed.shown, followed.is_whole)


def stands_for(question: str, words: Words) -> str | None:
    """Return the first word of a question that stands for something said before, if any does."""
    tokens = tokens_of(question, words.spelling)
    return next((each.text for each in tokens if words.follow_ups.get(each.word) in _WORDS), None)


def noun_of(members: Set) -> Noun:
    """Return a set as the noun that it was made of."""
    classes = [each.value for each in _fields(members) if each.field in CLASS_FIELDS]
    return Noun(
        members.kind,
        members.where,
        members.time,
        noun_of(members.of) if members.of is not None else None,
        is_one=members.kind is ITEM and any(each.field in _NAMES for each in _fields(members)),
        classes=tuple(each for each in classes if isinstance(each, str)),
    )


def _fields(members: Set) -> list[FieldCondition]:
    """Return the conditions that a field has one value."""
    fields = [each for each in members.where if isinstance(each, FieldCondition)]
    return [each for each in fields if each.op == "="]


def senses(tokens: Sequence[Token], before: Before, words: Words) -> Iterator[Sense]:
    """Yield what the pronouns of a question stand for."""
    for start in range(len(tokens)):
        for end in range(start + 1, min(len(tokens), start + 4) + 1):
            said = " ".join(token.word for token in tokens[start:end])
            for noun in _meant(said, before, words.follow_ups):
                note = f"{said!r} is taken for {set_in_words(noun.members())}"
                yield Sense("NAME" if noun.is_one else "N1", start, end, noun, note=note)


def _meant(said: str, before: Before, phrases: Mapping[str, str]) -> Iterator[Noun]:
    match phrases.get(said):
        case None:
            return
        case "opening" | "only" | "which" | "ending" | "order" | "group" | "by":
            return
        case "them":
            nouns, why = _them(before)
        case "it":
            nouns, why = _it(before)
        case place:
            nouns, why = _nth(before, int(place))
    if why:
        before.unclear[said] = why
    yield from nouns


def them(before: Before) -> Noun | None:
    """Return the records that were found before, None where that is not clear."""
    nouns, _ = _them(before)
    return nouns[0] if nouns else None


def _them(before: Before) -> tuple[list[Noun], str]:
    sets = {each for ask in before.query.asks for each in ask.of}
    want = before.last.want
    if want.do in ("all", "any", "none", "share"):
        return [], "all that were asked about can be meant, or some of them"
    if len(sets) > 1:
        return [], "the run before asked for several sets"
    if want.do in _GRAPH or (want.do == "top" and want.group):
        return [], "the run before answered with something else than a set of records"
    noun = noun_of(before.last.of[0])
    if not is_cut(before.last) or noun.kind is not ITEM:
        return [noun], ""
    if not before.shown or not before.is_whole:
        return [], "the answer before does not show them all"
    listed = FieldCondition(field="ci_code", op="in", value=tuple(before.shown))
    return [Noun(ITEM, (listed,), classes=noun.classes)], ""


def is_cut(ask: Ask) -> bool:
    """Return whether the answer is only some members of the set, by their order."""
    want = ask.want
    return want.do in ("top", "nth") or (want.do == "list" and want.limit != ListWant().limit)


def _it(before: Before) -> tuple[list[Noun], str]:
    ask = before.last
    nouns = [noun_of(ask.of[0])] if ask.want.do == "nth" and ask.of[0].kind is not ITEM else []
    of = [noun_of(each.of or each) for each in ask.of]
    if len(of) == 1 and of[0].is_one:
        return [*nouns, of[0]], ""
    if len(set(before.shown)) == 1 and before.is_whole:
        return [*nouns, _item(before.shown[0])], ""
    return nouns, "" if nouns else _choices(before)


def _choices(before: Before) -> str:
    if not before.shown:
        return "the answer before shows no item"
    return f"the answer before shows {len(before.shown)} items, say which"


def _nth(before: Before, place: int) -> tuple[list[Noun], str]:
    at = place - 1 if place > 0 else place
    if before.last.of[0].kind is not ITEM or not -len(before.shown) <= at < len(before.shown):
        return [], f"the answer before shows {len(before.shown)} items"
    if place < 0 and not before.is_whole:
        return [], "the answer before does not show them all"
    return [_item(before.shown[at])], ""


def _item(code: str) -> Noun:
    return Noun(ITEM, (equals("ci_code", code),), is_one=True)
