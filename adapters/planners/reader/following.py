"""Follow-up questions: whole ones with pronouns, and fragments that edit the query before."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from adapters.planners.reader.choosing import Meaning, query_of, timed_of
from adapters.planners.reader.edits import edits
from adapters.planners.reader.edits_of_wants import fields_of
from adapters.planners.reader.ground import Ground
from adapters.planners.reader.nearest import MOST, text_of
from adapters.planners.reader.pronouns import Before, before_of, is_cut, senses, them
from adapters.planners.reader.reading import Reading, said_in_english, without_noise
from adapters.planners.reader.tokens import Token
from adapters.planners.reader.words import Words, form_of
from domain.estate.looked_up import Followed
from domain.plan.planner import Nearest, QuestionNotUnderstood
from domain.query.in_words import in_words
from domain.query.model import Ask, FieldWant, ListWant, Query
from domain.query.set_words import set_in_words
from domain.query.sets import SetKind


@dataclass(frozen=True, slots=True)
class _Said:
    """The tokens of a follow-up, and what its opening and ending say of it."""

    tokens: Sequence[Token]
    is_fragment: bool
    by: str | None
    narrows: bool
    lists: bool


def follow_up(question: str, followed: Followed, ground: Ground) -> tuple[Meaning | None, Reading]:
    """Return what a question means after another, None where nothing, and how that was read.

    Raises `QuestionNotUnderstood` for a pronoun that stands for nothing, and what `best` raises.
    """
    before, said = before_of(followed), _said(question, ground)
    extra = [*senses(said.tokens, before, ground.words)]
    reading = ground.read(said.tokens, extra=extra)
    pronouns = {sense.note for sense in extra}
    whole = [] if said.is_fragment else _whole(reading, before, pronouns)
    found = whole or _edited(reading, before, said)
    if not found and (_is_condition(reading) or _is_other(reading, before, said)):
        why = f"The question before asked of {_asked_of(before)}, of which this cannot be said"
        raise QuestionNotUnderstood(question, why=why, examples=())
    if not found and not said.narrows:
        found = _whole(reading, before, pronouns, but_bare=False)
    meaning = ground.best(found)
    if meaning is None and before.unclear:
        phrase, why = next(iter(before.unclear.items()))
        why = f"{phrase!r} is not clear: {why}"
        nearest = [*_named(said.tokens, phrase, before, ground)]
        raise QuestionNotUnderstood(question, why=why, examples=(), nearest=nearest)
    return meaning, reading


def _is_condition(reading: Reading) -> bool:
    """Return whether it only says which are meant, and not what: that loses what they are."""
    conditions = reading.chart.meanings("COND", 0, len(reading.tokens))
    return any(not edge.value.is_class for edge in conditions)


def _is_other(reading: Reading, before: Before, said: _Said) -> bool:
    """Return whether it names another set, of which would be asked what was not asked before."""
    nouns = reading.chart.meanings("N2", 0, len(reading.tokens))
    return said.is_fragment and bool(nouns) and before.last.want.do != "list"


def _asked_of(before: Before) -> str:
    return " and ".join(dict.fromkeys(map(set_in_words, before.last.of)))


def _edited(reading: Reading, before: Before, said: _Said) -> list[Meaning]:
    """Return what a fragment means; "only" those of the first five may be asked both ways."""
    found = edits(reading, before.query, by=said.by)
    if said.lists:
        found = [replace(each, query=_listing(each.query)) for each in found]
    members = them(before) if said.narrows and is_cut(before.last) else None
    if members is None:
        return found
    shown = Query(asks=(Ask(want=ListWant(), of=(members.members(),)),))
    ways = [min(each, key=lambda one: one.cost) for each in (found, edits(reading, shown)) if each]
    return [replace(each, cost=0.0) for each in ways]


def _listing(query: Query) -> Query:
    """Return the query that says which there are, where it counted them: "which are locked"."""
    which = {"want": ListWant(), "claim": None}
    return Query(
        asks=tuple(
            each.model_copy(update=which) if each.want.do == "count" else each
            for each in query.asks
        )
    )


def _named(
    tokens: Sequence[Token], phrase: str, before: Before, ground: Ground
) -> Iterator[Nearest]:
    """Yield the question with the code of an item of the answer before for a phrase."""
    length = len(phrase.split())
    places = range(len(tokens) - length + 1)
    at = next(n for n in places if [t.word for t in tokens[n : n + length]] == phrase.split())
    for code in before.shown[:MOST]:
        token = replace(tokens[at], text=code, word=code.lower(), kind="code")
        named = [*tokens[:at], token, *tokens[at + length :]]
        found = ground.best(_whole(ground.read(named), before))
        if found is not None:
            yield Nearest(text_of(named), in_words(found.query))


def _whole(
    reading: Reading,
    before: Before,
    pronouns: Container[str | None] = (),
    *,
    but_bare: bool = True,
) -> list[Meaning]:
    """Return what the question means by itself, with its pronouns, which the notes tell.

    Fragments are left out.
    """
    found = list[Meaning]()
    for edge in reading.meanings():
        nouns = [noun for each in edge.value for noun in each.of]
        if but_bare and not all(noun.is_headed for noun in nouns):
            continue
        query, notes = timed_of(query_of([each.ask() for each in edge.value]))
        if any(note in pronouns for note in edge.notes):
            kept = _kept(query, before)
            if kept is None:
                continue
            query = kept
        found.append(Meaning(query, edge.cost, edge.notes + notes))
    return found


def _kept(query: Query, before: Before) -> Query | None:
    """Return the query with the order that made the answer before, where pronouns mean that."""
    last, asks = before.last, list[Ask]()
    if not is_cut(last) or last.of[0].kind is SetKind.ITEM:
        return query
    for ask in query.asks:
        if ask.of[0] == last.of[0]:
            names = ask.want.fields if isinstance(ask.want, FieldWant) else ()
            is_told = bool(names) or ask.want == ListWant()
            want = fields_of(last.want, names) if is_told and ask.of == last.of else None
            if want is None:
                return None
            asks.append(ask.model_copy(update={"want": want}))
        elif ask.of[0].kind is SetKind.ITEM:
            asks.append(ask)
        else:
            return None
    return Query(asks=tuple(asks))


def _said(question: str, ground: Ground) -> _Said:
    words = ground.words
    english = said_in_english(question, ground.look_ups, words)
    tokens, is_opened = _without(english, words, "opening")
    tokens, lists = _without(tokens, words, "which")
    tokens, narrows = _without(tokens, words, "only")
    narrows = narrows or lists
    kept = without_noise(tokens, words) or tokens
    kept, by = _by_what(kept, words)
    last = " ".join(token.word for token in kept[-2:])
    is_ended = len(kept) > 1 and words.follow_ups.get(kept[-1].word) == "ending"
    is_ended = is_ended and last not in words.follow_ups  # "the second one" is a member
    said = " ".join(token.word for token in kept if token.word not in words.fillers)
    is_fragment = said in words.follow_ups or is_opened or narrows or is_ended or by is not None
    return _Said(kept[:-1] if is_ended else kept, is_fragment, by, narrows, lists)


def _by_what(tokens: list[Token], words: Words) -> tuple[list[Token], str | None]:
    """Return the tokens without "sort by" or "per", and which of these it was."""
    said = form_of(" ".join(token.word for token in tokens))
    if any(category == "BUCKET" for category, _ in words.phrases.get(said, ())):
        return tokens, None
    for by in ("order", "group", "by"):
        rest, is_said = _without(tokens, words, by)
        if is_said:
            return rest, by
    return tokens, None


def _without(tokens: list[Token], words: Words, kind: str) -> tuple[list[Token], bool]:
    """Return the tokens without a phrase of a kind at their begin, and whether there was one."""
    longest = max((len(each.split()) for each in words.follow_ups), default=0)
    for length in range(min(longest, len(tokens) - 1), 0, -1):
        said = " ".join(token.word for token in tokens[:length])
        if words.follow_ups.get(said) == kind:
            return _without(tokens[length:], words, kind)[0], True
    return tokens, False
