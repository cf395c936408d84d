"""Looking up the names and codes of a tenant's items through their indexes."""

import string
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import sqlalchemy as sa

from domain.estate.fields import RecordKind
from infrastructure.database.json_sql import values_of
from infrastructure.estate.columns import visible
from infrastructure.estate.tables import CIS

_AROUND = 250
"""How many neighbours in the order of the alphabet may be meant, on either side."""
_LETTERS: Final = f"{string.ascii_lowercase}{string.digits}-_. "
_LONGEST_MISSPELT = 60
"""Of longer texts not every misspelling is looked up, as there are eighty times as many."""


class SqlItemNames:
    """The `ItemNames` of one tenant."""

    def __init__(self, engine: sa.Engine, tenant_id: str) -> None:
        self._engine, self._tenant_id = engine, tenant_id

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
