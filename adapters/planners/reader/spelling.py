"""Words that nobody knows, read as the one word that they are spelt much like."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import product

from adapters.planners.reader.meaning import CLASS_FIELDS
from adapters.planners.reader.reading import Reading, read_tokens
from adapters.planners.reader.tokens import Token
from adapters.planners.reader.words import Words, form_of
from domain.estate.misspellings import is_slip, nearest
from domain.estate.named import joined
from domain.plan.look_ups import LookUps, is_beginning

_SHORTEST, _MOST = 4, 3


def respelt(
    first: Reading, look_ups: LookUps, now: datetime, words: Words
) -> Iterator[tuple[Reading, tuple[str, ...]]]:
    """Yield the reading, then the one with its unknown words corrected, and what is said of it."""
    yield first, ()
    unknown = first.unknown()
    if first.meanings() or not 0 < len(unknown) <= _MOST:
        return
    near = [_meant(first.tokens[at].word, look_ups, words) for at in unknown]
    found = dict[str, tuple[Reading, tuple[str, ...]]]()
    for chosen in product(*near):
        tokens, notes = list(first.tokens), list[str]()
        for at, word in zip(unknown, chosen, strict=True):
            notes.append(f"{tokens[at].text!r} is read as {word!r}")
            tokens[at] = replace(tokens[at], word=word)
        reading = read_tokens(_apart(tokens), look_ups, now, words)
        if len(near) == len(chosen) and (meanings := reading.meanings()):
            found.setdefault(repr(meanings[0].value), (reading, tuple(notes)))
    if len(found) == 1:
        yield from found.values()


def _meant(word: str, look_ups: LookUps, words: Words) -> list[str]:
    """Return the words that an unknown one may be; one that is another word is none of them."""
    near = _begun(word, look_ups) or [
        each for each in near_words(word, look_ups, words) if not is_beginning(word, each)
    ]
    return [each for each in near if not _is_another(word, each, look_ups, words)]


def _is_another(word: str, near: str, look_ups: LookUps, words: Words) -> bool:
    """Return whether a word is no slip: zone-b of zone-a, manually, mondays, or who is unknown.

    A word with another first letter is another one: costing is not hosting, nearly not early.
    """
    if word.endswith(near[1:]) or not (word.isalpha() or is_slip(word, near)):
        return True
    spans = {*words.weekdays, *words.parts_of_days, *words.time_phrases["weekend"]}
    is_longer = word.startswith(near) and (len(word) > len(near) + 1 or near in spans)
    return is_longer or any(n.kind == "person" for n in look_ups.named([near]).get(near, ()))


def _begun(word: str, look_ups: LookUps) -> list[str]:
    """Return what begins with a word, any of which is meant: Evita V3 or Evita V5.

    Of metrics none is: the disk of disk_io may be how full it is. What all places begin with is
    the location (hall of hall-a); what one attribute measures is that: max_speed_kmh. Plates are
    no plate setters.
    """
    if len(word) < _SHORTEST or not word.isalpha():
        return []
    found = [each for each in look_ups.near(word) if is_beginning(word, each)]
    one = form_of(word)
    ones = [] if found else [each for each in look_ups.near(one) if is_beginning(one, each)]
    named = look_ups.named(found or ones) if found or ones else {}
    sources = {each.source for several in named.values() for each in several}
    if ones:  # leaks are leak_detected
        return ones if len(ones) == 1 and sources == {"event_log.event_type"} else []
    if len(found) > 1 and sources == {"ci.location"}:
        return ["location"]
    if {each.removeprefix("ci.") for each in sources} & {*CLASS_FIELDS}:
        return []
    keys = {key.source.rpartition(".")[2] for key in look_ups.keys() if key.unit}  # noqa: SIM118 - no dict
    measured = [key for key in keys if form_of(word) == joined(key).split()[-2]]
    if len(measured) == 1 and not any(each.endswith("metric") for each in sources):
        return measured
    named = named if len(found) < _MOST else {}
    has_metric = any(each.kind == "metric" for several in named.values() for each in several)
    return [" or ".join(found)] if named and not has_metric else []


def near_words(word: str, look_ups: LookUps, words: Words) -> list[str]:
    """Return the words that one is spelt much like: of the language, and of the estate."""
    if len(word) < _SHORTEST or not word.isalpha():
        return [each.lower() for each in look_ups.near(word)] if "-" in word else []
    one = form_of(word)
    of_estate = look_ups.near(word) or look_ups.near(one)
    found = nearest(word, _known(words))
    if one != word and not any(is_beginning(one, each) for each in of_estate):
        found += nearest(one, _known(words))  # plates are no places where there are plate setters
    found = found or [each.lower() for each in of_estate]
    return [*{form_of(each): each for each in reversed(found) if each != word}.values()]


def _apart(tokens: Sequence[Token]) -> list[Token]:
    return [replace(token, word=word) for token in tokens for word in _parts(token)]


def _parts(token: Token) -> list[str]:
    return [token.word] if token.kind in ("quoted", "code") else token.word.split()


@cache
def _words_of(phrases: tuple[str, ...]) -> list[str]:
    return sorted({word for each in phrases for word in each.split() if len(word) >= _SHORTEST})


def _known(words: Words) -> list[str]:
    phrases = [*words.phrases, *(p for table in words.candidates.values() for p in table)]
    phrases += [p for table in words.time_phrases.values() for p in table]
    return _words_of((*phrases, *words.months, *words.weekdays))
