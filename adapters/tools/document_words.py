"""What a search of documents asks for, and how much a document is about it."""

import re
from collections.abc import Sequence
from math import fsum, log
from typing import Final

from domain.estate.phrases import Said
from domain.estate.queries import Row
from domain.figures import figure, whole_sum

_WEIGHTS: Final = {"title": 5, "category": 2, "content": 1}
_HALF: Final = 5
"""So many weighted hits of a word are half of what it can count."""
_SNIPPET_BEFORE, _SNIPPET_AFTER = 60, 180
_PHRASE_OR_WORD: Final = re.compile(r'"([^"]*)"|(\S+)')
_LETTERS: Final = re.compile(r"[^\W_]+")


class Term:
    """What a document is to say; the `rarity` of what few documents say is higher."""

    def __init__(self, said: Said, rarity: float = 1.0) -> None:
        """Make the pattern of a hit."""
        end = "" if said.is_open else r"(?![^\W_])"
        text = r"[\W_]+".join(map(re.escape, said.words))
        self.rarity, self.pattern = rarity, re.compile(rf"(?<![^\W_]){text}{end}", re.IGNORECASE)

    def hits(self, row: Row) -> int:
        """Return the hits in a document, weighted by where they are."""
        found = {name: self.pattern.findall(str(row[name])) for name in _WEIGHTS}
        return whole_sum(weight * len(found[name]) for name, weight in _WEIGHTS.items())


def said_in(query: str) -> list[Said]:
    """Return what the query asks for: a phrase for each quoted text, else beginnings of words.

    The parts of a word with other signs in it, such as srv-01, stand in a row.
    """
    found = [
        Said(tuple(_LETTERS.findall(phrase or word)), is_open=not phrase)
        for phrase, word in _PHRASE_OR_WORD.findall(query)
    ]
    return [*dict.fromkeys(each for each in found if each.words)]


def keywords_in(query: str) -> tuple[str, ...]:
    """Return the texts of the query as they are written: its phrases and its words."""
    found = ((phrase or word).strip() for phrase, word in _PHRASE_OR_WORD.findall(query))
    return tuple(each for each in found if each)


def rarity(document_count: int, having_count: int) -> float:
    """Return how much it says that a document has a word: the inverse frequency of BM25."""
    others = max(document_count - having_count, 0)
    return log(1 + (others + 0.5) / (having_count + 0.5))


def ranked(rows: Sequence[Row], terms: Sequence[Term]) -> list[Row]:
    """Return the documents with snippet and relevance, the most relevant first.

    The relevance is BM25 without the lengths of documents, over the most that the terms can make:
    from 0, and below 1. Equally relevant documents stay in their order.
    """
    shown = [_shown(row, terms) for row in rows]
    return sorted(shown, key=lambda row: -float(str(row["relevance"])))


def _shown(row: Row, terms: Sequence[Term]) -> Row:
    hits = [term.hits(row) for term in terms]
    most = fsum(term.rarity for term in terms) or 1.0
    parts = (term.rarity * hit / (hit + _HALF) for term, hit in zip(terms, hits, strict=True))
    found_by = {
        "relevance_score": whole_sum(hits),
        "relevance": figure(round(fsum(parts) / most, 3)),
    }
    kept = {name: value for name, value in row.items() if name != "content"}
    return {**kept, "snippet": _snippet(str(row["content"]), terms), **found_by}


def _snippet(content: str, terms: Sequence[Term]) -> str:
    found = [hit.start() for term in terms if (hit := term.pattern.search(content))]
    start = max(0, min(found, default=0) - _SNIPPET_BEFORE)
    end = min(len(content), start + _SNIPPET_BEFORE + _SNIPPET_AFTER)
    before, after = "..." if start > 0 else "", "..." if end < len(content) else ""
    return f"{before}{content[start:end].strip()}{after}"
