"""The words, texts and signs that a filter consists of, and the refusal of a wrong one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.errors import Refused
from domain.values.text import forbidden_at, named

MAX_LENGTH: Final = 4000
"""No filter is longer, in characters."""


class FilterRefused(Refused):
    """A filter cannot be read."""

    def __init__(
        self, text: str, *, start: int, end: int, why: str, allowed: Iterable[str] = ()
    ) -> None:
        """Keep the facts; from `start` to `end` is what is wrong in the text."""
        self.text, self.start, self.end = text, start, end
        self.why, self.allowed = why, list(allowed)
        super().__init__("\n".join(self._lines()))

    def _lines(self) -> list[str]:
        one_line = "".join(letter if letter.isprintable() else " " for letter in self.text)
        marks = " " * self.start + "^" * max(1, self.end - self.start)
        lines = [
            f"the filter is wrong at character {self.start + 1}: {self.why}",
            f"  {one_line}",
            f"  {marks}",
        ]
        return [*lines, f"possible: {', '.join(self.allowed)}"] if self.allowed else lines


class Form(StrEnum):
    """What a token is; in a message, what was expected or found."""

    WORD = "a word"
    TEXT = "a text in quotes"
    OPERATOR = "an operator"
    OPEN = "'('"
    CLOSE = "')'"
    COMMA = "','"
    END = "the end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the filter, from `start` to `end`; of a text in quotes, `value` is the text."""

    form: Form
    value: str
    start: int
    end: int

    def is_word(self, word: str) -> bool:
        """Return whether this is the word, in any case."""
        return self.form is Form.WORD and self.value.casefold() == word.casefold()


_TOKEN: Final = re.compile(
    r"""
    \s*(?:
        (?P<WORD>[^\s()=!<>~,'"]+)
      | '(?P<SINGLE>(?:[^'\\]|\\.)*)'
      | "(?P<DOUBLE>(?:[^"\\]|\\.)*)"
      | (?P<OPERATOR>!=|<=|>=|[=<>~])
      | (?P<OPEN>\()
      | (?P<CLOSE>\))
      | (?P<COMMA>,)
      | (?P<END>$)
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


def tokens_of(text: str) -> list[Token]:
    r"""Return the tokens, the last of which is the end.

    In quotes, a backslash takes the next letter as it is: 'it\'s'. Raises `FilterRefused`.
    """
    if len(text) > MAX_LENGTH:
        why = f"it has {len(text)} characters, and at most {MAX_LENGTH} are read"
        raise FilterRefused(text[:MAX_LENGTH], start=0, end=1, why=why)
    start = forbidden_at(text)
    if start is not None:
        raise FilterRefused(text, start=start, end=start + 1, why=f"found {named(text[start])}")
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while True:
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        name = str(match.lastgroup)
        start, position = match.span(name)
        if name in {"SINGLE", "DOUBLE"}:
            value = _ESCAPED.sub(r"\1", match[name])
            position += 1
            yield Token(Form.TEXT, value, start - 1, position)
        else:
            yield Token(Form[name], match[name], start, position)
        if name == Form.END.name:
            return


def _unreadable(text: str, position: int) -> FilterRefused:
    start = position + len(text[position:]) - len(text[position:].lstrip())
    if text[start] == "!":
        return FilterRefused(text, start=start, end=start + 1, why="found '!'; write != or NOT")
    why = f"the text that begins here has no closing {text[start]}"
    return FilterRefused(text, start=start, end=len(text), why=why)
