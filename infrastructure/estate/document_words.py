"""Finding documents by their words, through the index of each database."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from domain.estate.phrases import Said
from infrastructure.estate.word_index import POSTGRES_WORDS

_SQLITE: Final = (
    "(documents.tenant_id, documents.document_id) IN"
    " (SELECT tenant_id, document_id FROM document_numbers WHERE number IN"
    " (SELECT rowid FROM document_words WHERE document_words MATCH :said))"
)
_POSTGRES: Final = f"{POSTGRES_WORDS} @@ to_tsquery('simple', :said)"


def says(dialect: sa.Dialect, tenant_id: str, said: Sequence[Said]) -> sa.ColumnElement[bool]:
    """Return the condition that a document says all of it.

    Not how well: how rare a word is would be told by other tenants' documents.
    """
    is_sqlite = dialect.name == "sqlite"
    query = " & ".join(map(_tsquery, said))
    if is_sqlite:
        query = " AND ".join([f'tenant : "x{tenant_id.encode().hex()}"', *map(_fts5, said)])
    text = sa.text(_SQLITE if is_sqlite else _POSTGRES).bindparams(said=query)
    return sa.type_coerce(text, sa.Boolean)


# Words are letters and digits alone, so in quotes nothing of them is syntax.
def _fts5(said: Said) -> str:
    return f'words : "{" ".join(said.words)}"' + (" *" if said.is_open else "")


def _tsquery(said: Said) -> str:
    return " <-> ".join(f"'{word}'" for word in said.words) + (":*" if said.is_open else "")
