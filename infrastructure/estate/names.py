"""Looking up what words name in a tenant's estate; see `Names`."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any, Final

import orjson
import sqlalchemy as sa

from domain.estate.fields import RecordKind
from domain.estate.named import Named, joined, phrase_of
from domain.estate.phrases import normalised_name
from domain.values.text import code_key
from infrastructure.database.json_sql import listed, values_given, values_of
from infrastructure.estate.columns import class_of, visible
from infrastructure.estate.tables import CIS, ESTATE_TRIGRAMS, ESTATE_WORDS

_SYSTEM: Final = " system"
_MOST_NEAR = 40
MOST_VALUES: Final = 20_000
"""A source with more values than that numbers things: its values name no group of items."""
_PLAIN: Final = re.compile(r"[a-z0-9]+(?:([ _-])[a-z0-9]+(?:\1[a-z0-9]+)*)?")
"""What is joined by blanks, hyphens or underscores alone."""


class SqlNames:
    """The `Names` of one tenant."""

    def __init__(self, engine: sa.Engine, tenant_id: str) -> None:
        self._engine, self._tenant_id = engine, tenant_id

    def named(self, phrases: Collection[str]) -> dict[str, list[Named]]:
        """See `Names`."""
        with self._engine.connect() as connection:
            things = self._things(connection, {phrase_of(phrase) for phrase in phrases})
            items = self._items(connection, phrases)
        found = {
            phrase: [*items.get(phrase, ()), *things.get(phrase_of(phrase), ())]
            for phrase in phrases
        }
        return {phrase: _in_order(named) for phrase, named in found.items() if named}

    def near_words(self, word: str) -> list[str]:
        """See `Names`."""
        same, found = ESTATE_TRIGRAMS.c, sa.func.count().label("same")
        statement = (
            sa.select(same.word)
            .where(same.tenant_id == self._tenant_id)
            .where(same.trigram.in_(values_of(trigrams(word))))
            .group_by(same.word)
            .order_by(found.desc(), same.word)
            .limit(_MOST_NEAR)
        )
        with self._engine.connect() as connection:
            return list(connection.scalars(statement))

    def neighbours(self, phrase: str) -> list[str]:
        """See `Names`."""
        words, asked = ESTATE_WORDS.c, phrase_of(phrase)
        own = sa.select(words.value).where(words.tenant_id == self._tenant_id)
        before = own.where(words.phrase < asked).order_by(
            words.phrase.desc(), words.source, words.value
        )
        after = own.where(words.phrase >= asked).order_by(words.phrase, words.source, words.value)
        with self._engine.connect() as connection:
            return [
                value.lower()
                for statement in (before, after)
                for value in connection.scalars(statement.limit(_MOST_NEAR))
            ]

    def _things(
        self, connection: sa.Connection, phrases: Collection[str]
    ) -> dict[str, list[Named]]:
        statement, given = _words_of(self._tenant_id), {"asked": listed(phrases)}
        found: dict[str, list[Named]] = defaultdict(list)
        for phrase, kind, source, value, count, classes in connection.execute(statement, given):
            of = orjson.loads(classes)
            found[phrase].append(Named(kind=kind, source=source, value=value, count=count, of=of))
        return found

    def _items(
        self, connection: sa.Connection, phrases: Collection[str]
    ) -> dict[str, list[Named]]:
        asked: dict[str, list[str]] = defaultdict(list)
        for phrase in phrases:
            for plain in plain_phrases(phrase):
                asked[plain].append(phrase)
        coded = self._called(connection, CIS.c.code_phrase, asked)
        named = self._called(connection, CIS.c.name_phrase, _with_systems(asked))
        found: dict[str, list[Named]] = defaultdict(list)
        for plain, item in [*coded, *named]:
            for phrase in {*asked.get(plain, ()), *asked.get(plain.removesuffix(_SYSTEM), ())}:
                if item not in found[phrase]:
                    found[phrase].append(item)
        return found

    def _called(
        self, connection: sa.Connection, column: sa.Column[str], phrases: Iterable[str]
    ) -> list[tuple[str, Named]]:
        """Return the items of these names or codes; those that share one are one."""
        shared = _firsts_of(self._tenant_id, column.name)
        firsts = connection.execute(shared, {"asked": listed(phrases)}).all()
        if not firsts:
            return []
        codes = listed(code_key(code) for _, code, _ in firsts)
        details = connection.execute(_details_of(self._tenant_id), {"asked": codes})
        named = {code: (name, of) for code, name, of in details}
        return [(plain, _item(code, count, *named[code])) for plain, code, count in firsts]


# Statements are kept: to build one takes longer than to execute it.
@lru_cache(maxsize=64)
def _words_of(tenant_id: str) -> sa.Select[Any]:
    columns = ESTATE_WORDS.c["phrase", "kind", "source", "value", "count", "classes"]
    return sa.select(*columns).where(
        ESTATE_WORDS.c.tenant_id == tenant_id, ESTATE_WORDS.c.phrase.in_(values_given("asked"))
    )


@lru_cache(maxsize=64)
def _firsts_of(tenant_id: str, name: str) -> sa.Select[Any]:
    column = CIS.c[name]
    return (
        sa.select(column, sa.func.min(CIS.c.ci_code), sa.func.count())
        .where(*visible(RecordKind.CI, tenant_id), column.in_(values_given("asked")))
        .group_by(column)
    )


@lru_cache(maxsize=64)
def _details_of(tenant_id: str) -> sa.Select[Any]:
    return sa.select(CIS.c.ci_code, CIS.c.ci_name, class_of(CIS)).where(
        *visible(RecordKind.CI, tenant_id), CIS.c.code_key.in_(values_given("asked"))
    )


def plain_phrases(text: str) -> list[str]:
    """Return how a name or code that a phrase says is usually written, in small letters."""
    words = joined(text)
    return [words, words.replace(" ", "-"), words.replace(" ", "_")]


def is_oddly_written(name: str) -> bool:
    """Return whether a name or code is written in none of the ways that `plain_phrases` knows."""
    # Most are plain, and an estate has thousands.
    if _PLAIN.fullmatch(name.lower()):
        return False
    return normalised_name(name) not in plain_phrases(name)


def trigrams(word: str) -> set[str]:
    """Return the stretches of three signs of a word in small letters, with blanks around it."""
    padded = f"  {word.casefold()} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _item(code: str, count: int, name: str, of: str) -> Named:
    source, value = ("ci.ci_name", name) if count > 1 else ("ci.ci_code", code)
    return Named(kind="item", source=source, value=value, count=count, of=[of])


def _with_systems(phrases: Iterable[str]) -> list[str]:
    return [name for phrase in phrases for name in (phrase, f"{phrase}{_SYSTEM}")]


def _in_order(named: list[Named]) -> list[Named]:
    return sorted(named, key=lambda each: (-each.count, each.kind, each.source, each.value))
