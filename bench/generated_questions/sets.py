"""Sets of items and of records: how they are said, and the same in SQL."""

from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from bench.generated_questions.pen import Pen
from bench.generated_questions.vocabulary import Kind, Records
from bench.generated_questions.windows import Window

_OF: Final = "on|of|for"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition in SQL, in each of its readings, and its wordings around a noun.

    `about` names its field. A condition that is `long` stands last, and is the only one so.
    """

    about: str
    sqls: tuple[str, ...]
    adjective: str = ""
    after: str = ""
    predicate: str = ""
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Things:
    """Items of a kind under some conditions."""

    kind: Kind
    conditions: tuple[Condition, ...] = ()

    @property
    def sqls(self) -> list[str]:
        """Statements that give the codes, one for each reading."""
        every = product(*(each.sqls for each in self.conditions))
        start = f"select c.code from ci c where {self.kind.where}"
        return [" and ".join([start, *(f"({sql})" for sql in sqls)]) for sqls in every]

    @property
    def is_long(self) -> bool:
        """Whether what follows could be said of something else than of them."""
        return any(each.is_long for each in self.conditions)

    def said(self, pen: Pen, *, is_one: bool = False) -> str:
        """Return them in words."""
        return in_words(pen, self.kind.one if is_one else self.kind.many, self.conditions)

    def with_(self, *conditions: Condition) -> "Things":
        """Return those of them under more conditions."""
        return replace(self, conditions=(*self.conditions, *conditions))


@dataclass(frozen=True, slots=True)
class Entries:
    """Dated records of a kind under some conditions, of some items, in a span of time."""

    kind: Records
    conditions: tuple[Condition, ...] = ()
    of: Things | None = None
    item: tuple[str, str] | None = None
    window: Window | None = None

    @property
    def sqls(self) -> list[str]:
        """Statements that give all columns of `h`, one for each reading."""
        where = [self.kind.where, *(each.sqls[0] for each in self.conditions)]
        if self.window:
            where.append(self.window.sql("h.at"))
        if self.item:
            where.append(f"h.code = '{self.item[0]}'")
        start = f"select h.* from {self.kind.view} h where "
        if self.of is None:
            return [start + " and ".join(where)]
        return [start + " and ".join([*where, f"h.code in ({sql})"]) for sql in self.of.sqls]

    def said(self, pen: Pen, *, is_one: bool = False) -> str:
        """Return them in words."""
        parts = [in_words(pen, self.kind.one if is_one else self.kind.many, self.conditions)]
        if self.item:
            parts.append(f"{pen.one(_OF)} {self.item[1]}")
        if self.of:
            parts.append(f"{pen.one(_OF)} {self.of.said(pen)}")
        if self.window:
            parts.append(pen.one(self.window.said))
        return " ".join(parts)


def in_words(pen: Pen, noun: str, conditions: tuple[Condition, ...]) -> str:
    """Return a noun with what is said of it before and behind it."""
    before: list[str] = []
    behind: list[str] = []
    for each in sorted(conditions, key=lambda each: each.is_long):
        if each.adjective and len(before) < 2 and (not each.after or pen.is_so(0.5)):
            before.append(pen.one(each.adjective))
        else:
            behind.append(pen.one(each.after))
    joined = " and ".join(behind) if len(behind) > 1 and pen.is_so(0.3) else " ".join(behind)
    return " ".join(filter(None, [*before, pen.one(noun), joined]))
