"""Looking up the names and codes of a tenant's items through their indexes."""

import string
from collections.abc import Collection, Iterable
from itertools import pairwise
from operator import attrgetter
from typing import Final, NamedTuple

import sqlalchemy as sa

from domain.estate.fields import RecordKind
from infrastructure.estate.columns import visible
from infrastructure.estate.json_sql import elements, values_of
from infrastructure.estate.tables import CIS

_SYSTEM: Final = " system"
_AROUND = 250
"""How many neighbours in the order of the alphabet may be meant, on either side."""
_LETTERS: Final = f"{string.ascii_lowercase}{string.digits}-_. "
_LONGEST_MISSPELT = 60
"""Of longer texts not every misspelling is looked up, as there are eighty times as many."""


class _Named(NamedTuple):
    phrase: str
    ci_name: str
    ci_code: str
    is_shared: bool


class SqlItemNames:
    """The `ItemNames` of one tenant."""

    def __init__(self, engine: sa.Engine, tenant_id: str) -> None:
        self._engine, self._tenant_id = engine, tenant_id

    def known(self, phrases: Collection[str]) -> dict[str, str]:
        """See `ItemNames`. Of several names with one phrase, that of the first code counts."""
        whole = set(phrases)
        short = {f"{phrase}{_SYSTEM}": phrase for phrase in phrases}
        with self._engine.connect() as connection:
            named = self._named(connection, [*whole, *short])
            found = self._coded(connection, phrases)
        for item in sorted(named, key=attrgetter("ci_code"), reverse=True):
            value = item.ci_name.lower() if item.is_shared else item.ci_code
            if item.phrase in whole:
                found[item.phrase] = value
            if item.phrase in short and item.ci_name.lower().endswith(_SYSTEM):
                found[short[item.phrase]] = value
        return found

    def beginning(self, prefixes: Collection[str]) -> set[str]:
        """See `ItemNames`."""
        prefix = elements(prefixes)
        code = CIS.c.code_phrase
        # Between "srv-" and "srv.", the next text, is everything that begins with "srv-".
        begins = sa.and_(code >= prefix.c.value + "-", code < prefix.c.value + ".")
        found = sa.select(prefix.c.value).where(sa.exists().where(*self._of_tenant(), begins))
        with self._engine.connect() as connection:
            return set(connection.scalars(found))

    def near_codes(self, text: str) -> dict[str, str]:
        """See `ItemNames`."""
        return {code.lower(): code for code, _ in self._near(CIS.c.code_phrase, text)}

    def near_names(self, text: str) -> dict[str, str]:
        """See `ItemNames`."""
        near = sorted(self._near(CIS.c.name_phrase, text), reverse=True)
        return {name.lower(): code for code, name in near}

    def first_code(self) -> str | None:
        """See `ItemNames`."""
        first = sa.select(CIS.c.ci_code).where(*self._of_tenant()).order_by(CIS.c.code_phrase)
        with self._engine.connect() as connection:
            return connection.scalar(first.limit(1))

    def _of_tenant(self) -> list[sa.ColumnElement[bool]]:
        return visible(RecordKind.CI, self._tenant_id)

    def _named(self, connection: sa.Connection, phrases: Collection[str]) -> list[_Named]:
        """The first item of each name, and whether it shares the name."""
        firsts = self._first_codes(connection, phrases)
        other = CIS.alias("other")
        is_shared = (
            sa.exists()
            .where(*self._in(other), other.c.name_phrase == CIS.c.name_phrase)
            .where(other.c.ci_code > CIS.c.ci_code)
            .where(sa.func.lower(other.c.ci_name) == sa.func.lower(CIS.c.ci_name))
        )
        statement = sa.select(CIS.c.name_phrase, CIS.c.ci_name, CIS.c.ci_code, is_shared).where(
            *self._of_tenant(),
            CIS.c.name_phrase.in_(values_of(firsts)),
            CIS.c.ci_code.in_(values_of(firsts.values())),
        )
        found = [_Named(*row) for row in connection.execute(statement)]
        return [item for item in found if firsts[item.phrase] == item.ci_code]

    def _first_codes(self, connection: sa.Connection, phrases: Collection[str]) -> dict[str, str]:
        """The first code of each name; one look into the index a phrase, however many share it."""
        phrase, item = elements(phrases), CIS.alias("item")
        first = (
            sa.select(sa.func.min(item.c.ci_code))
            .where(*self._in(item), item.c.name_phrase == phrase.c.value)
            .scalar_subquery()
        )
        rows = connection.execute(sa.select(phrase.c.value, first))
        return {name_phrase: code for name_phrase, code in rows if code is not None}

    def _coded(self, connection: sa.Connection, phrases: Collection[str]) -> dict[str, str]:
        columns = (CIS.c.code_phrase, sa.func.min(CIS.c.ci_code).label("ci_code"))
        is_asked = CIS.c.code_phrase.in_(values_of(phrases))
        found = sa.select(*columns).where(*self._of_tenant(), is_asked).group_by(columns[0])
        return {row.code_phrase: row.ci_code for row in connection.execute(found)}

    def _in(self, items: sa.FromClause) -> list[sa.ColumnElement[bool]]:
        return [items.c.tenant_id == self._tenant_id, items.c.deleted_at.is_(None)]

    def _near(self, phrase: sa.ColumnElement[str], text: str) -> set[tuple[str, str]]:
        named = sa.select(CIS.c.ci_code, CIS.c.ci_name).where(*self._of_tenant())
        before = named.where(phrase < text).order_by(phrase.desc()).limit(_AROUND)
        after = named.where(phrase >= text).order_by(phrase).limit(_AROUND)
        misspelt = named.where(phrase.in_(values_of(_misspellings(text)))).limit(_AROUND)
        with self._engine.connect() as connection:
            return {
                (code, name)
                for statement in (before, after, misspelt)
                for code, name in connection.execute(statement)
            }


def _misspellings(text: str) -> Iterable[str]:
    """Yield every text with one letter less, more or changed, or two neighbours swapped."""
    if len(text) > _LONGEST_MISSPELT:
        return
    cuts = [(text[:at], text[at:]) for at in range(len(text) + 1)]
    yield from (before + after[1:] for before, after in cuts)
    yield from (before + letter + after for before, after in cuts for letter in _LETTERS)
    yield from (before + letter + after[1:] for before, after in cuts for letter in _LETTERS)
    for at, (one, other) in enumerate(pairwise(text)):
        yield f"{text[:at]}{other}{one}{text[at + 2 :]}"
