"""A question as tokens: words, numbers, codes, quoted names and marks."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["word", "number", "quoted", "code", "mark"]

_FORM: Final = r"""
      "(?P<quoted>[^"]+)" | (?<![\w])'(?P<single>[^']+)'(?!\w)
    | (?P<stamp>\d{4}-\d{2}-\d{2}[tT]\d{2}:\d{2}[\w:.+-]*
      |\d{4}-\d{2}(?:-\d{2})?|\d{1,2}:\d{2}(?::\d{2})?(?:z|[+-]\d{2}:?\d{2})?)(?![\w-])
    | (?P<level>(?:LEVELS)(?=-)|(?:STUCK))-?(?P<grade>\d+)(?![\w-])
    | (?P<negated>NEGATED)-(?=[a-z])
    | (?P<count>\d+)-(?P<counted>[a-z]{2,})(?![\w-])
    | (?P<ordinal>\d+(?:ORDINALS))\b
    | (?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)
      (?P<unit>%|(?:(?<!\d{5})(?:UNITS))?)
      (?:'s\b)?(?![\w.:/+~-]*\w)
    | (?P<word>[a-z]/o?(?=\s)|\w+(?:['.:/@+_~-]+\w+)*\+*)
    | (?P<ask>\?)(?=\s+\w)
    | (?P<mark>>=|<=|!=|==|<>|[<>=≥≤≠≮≯,;:/&+#%])
    | (?P<sign>[-\u2013](?=\s?\d)|!(?=\s?\w)|[*~^|\\$£¥€¬±\xd7\xf7\u2200-\u22ff])
"""
_JOINED: Final = re.compile(r"[\d.:/@_-]")
_SAME: Final = {"≥": ">=", "≤": "<=", "≮": ">=", "≯": "<=", "≠": "!=", "==": "=", "<>": "!="}
_SAME_MARK: Final = {**_SAME, ";": ",", ":": ","}
_CURLY: Final = str.maketrans("\u201c\u201d\u201e\u2018\u2019", '"""\'\'')


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its text as written, its `word` in lower case without accents, and where it is."""

    text: str
    word: str
    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a language writes: its contractions, and what its tokens look like."""

    contractions: Mapping[str, str]
    pattern: re.Pattern[str]


def spelling_of(contractions: Mapping[str, str], written: Mapping[str, str]) -> Spelling:
    """Return how a language writes: what it has before hyphens, and what sticks to a number."""
    pattern = _FORM
    for name, words in written.items():
        pattern = pattern.replace(name.upper(), words)
    return Spelling(contractions, re.compile(pattern, re.VERBOSE | re.IGNORECASE))


def tokens_of(question: str, spelling: Spelling) -> list[Token]:
    """Return the tokens of a question; contractions are opened, a possessive 's is dropped.

    Marks that only end or join sentences are left out, for they say nothing; a sign says something
    though no language has it, and is a mark of which nothing is understood.
    """
    text = question.translate(_CURLY)
    found = list[Token]()
    for match in spelling.pattern.finditer(text):
        found.extend(_tokens(match, spelling.contractions))
    return found


def folded(text: str) -> str:
    """Return a text in lower case and without accents."""
    lower = text.lower()
    if lower.isascii():
        return lower
    apart = unicodedata.normalize("NFKD", lower)
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))


def _tokens(match: re.Match[str], contractions: Mapping[str, str]) -> Iterator[Token]:
    start, end, text = match.start(), match.end(), match[0]
    if quoted := match["quoted"] or match["single"]:
        yield Token(quoted, " ".join(folded(quoted).split()), start, end, "quoted")
    elif match["number"] or match["count"] or match["level"]:
        yield from _parts(match)
    elif match["negated"]:
        yield Token(text, folded(match["negated"]), start, end, "word")
    elif match["ask"]:
        yield Token(text, ",", start, end, "mark")
    elif match["mark"] or match["sign"]:
        yield Token(text, _SAME_MARK.get(text, text), start, end, "mark")
    else:
        yield from _words(text, start, end, contractions)


def _parts(match: re.Match[str]) -> Iterator[Token]:
    for name in ("number", "unit", "count", "counted", "level", "grade"):
        if text := match[name]:
            place = match.start(name), match.end(name)
            if name in ("number", "count", "grade"):
                yield Token(text, text.replace(",", ""), *place, "number")
            else:
                yield Token(text, folded(text), *place, "word")


def _words(text: str, start: int, end: int, contractions: Mapping[str, str]) -> Iterator[Token]:
    word = folded(text)
    if word in contractions:
        for each in contractions[word].split():
            yield Token(text, each, start, end, "word")
        return
    for ending in ("'s", "'"):
        word = word.removesuffix(ending)
    yield Token(text, word, start, end, "code" if _JOINED.search(word) else "word")
