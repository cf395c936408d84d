"""What can be said of an estate: its kinds of items and records, their fields and relations.

Wordings are parted by `|`. `{v}` stands for a value, `{x}` for one item, `{o}` for some.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from bench.generated_questions.pen import WORDS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of items: a condition on `ci c`, and its words."""

    key: str
    where: str
    one: str
    many: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of items (`c.`) or records (`h.`) and how it is spoken of.

    `kinds` are those that have it in every item; none are all. `adjective`, `after` and
    `predicate` say a value before a noun, after it, and after "is". A number has `amount`
    instead: "{how} {v} GB of memory". `most` and `least` are superlatives, `ask` asks it of an
    item. `also` is another word that shows a value in an answer.
    """

    sql: str
    name: str
    kinds: tuple[str, ...] = ()
    adjective: str = ""
    after: str = ""
    predicate: str = ""
    amount: str = ""
    most: str = ""
    least: str = ""
    ask: str = ""
    who: str = ""
    also: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    is_group: bool = True
    is_unique: bool = False

    @property
    def column(self) -> str:
        """Its name without the table."""
        return self.sql.removeprefix("h.")

    def is_of(self, key: str) -> bool:
        """Whether all items of a kind have it."""
        return not self.kinds or key in self.kinds


@dataclass(frozen=True, slots=True)
class Records:
    """A kind of dated records: a view, a condition on it as `h`, its words and its fields.

    `verb` says what then happened to an item: "rebooted".
    """

    view: str
    where: str
    one: str
    many: str
    fields: tuple[Field, ...] = ()
    verb: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A relation from items of some kinds to items of others.

    `is_deep` where "depends on" may also mean what is reached over several steps.
    """

    types: tuple[str, ...]
    subjects: tuple[str, ...]
    objects: tuple[str, ...]
    after: str
    asks: str
    is_deep: bool = False
    is_inward: bool = False


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: its name in the tables, its words, and the kinds that have it."""

    name: str
    said: str
    kinds: tuple[str, ...]
    has_groups: bool = True


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that can be said of an estate. `strange` are conditions that nothing there can meet."""

    kinds: tuple[Kind, ...]
    fields: tuple[Field, ...]
    records: tuple[Records, ...]
    links: tuple[Link, ...]
    metrics: tuple[Metric, ...]
    documents: tuple[Field, ...]
    strange: tuple[str, ...]
    months: tuple[str, ...]

    def kind(self, key: str) -> Kind:
        """Return a kind by its key."""
        return next(each for each in self.kinds if each.key == key)

    def fields_of(self, key: str) -> list[Field]:
        """Return the fields that all items of a kind have."""
        return [each for each in self.fields if each.is_of(key)]


def vocabulary(estate: str) -> Vocabulary:
    """Read what can be said of an estate."""
    told = tomllib.loads((WORDS / f"{estate}.toml").read_text("utf-8"))
    entry_fields = {view: _all(Field, each) for view, each in told["entry_fields"].items()}
    records = tuple(
        Records(**each, fields=tuple(
            field for field in entry_fields[each["view"]]
            if each["where"] == "1" or field.sql != "h.kind"
        ))
        for each in told["records"]
    )  # fmt: skip
    return Vocabulary(
        _all(Kind, told["kinds"]), _all(Field, told["fields"]), records,
        _all(Link, told["links"]), _all(Metric, told["metrics"]),
        _all(Field, told.get("documents", [])), tuple(told["strange"]), tuple(told["months"]),
    )  # fmt: skip


def _all(made: Callable[..., T], tables: list[dict[str, Any]]) -> tuple[T, ...]:
    return tuple(
        made(**{key: tuple(each) if isinstance(each, list) else each for key, each in one.items()})
        for one in tables
    )
