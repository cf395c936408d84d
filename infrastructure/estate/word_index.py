"""The index of the words of documents: how each database makes and drops it, and asks it.

On SQLite it holds no text, and finds documents by numbers that no VACUUM changes.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from domain.estate.phrases import Said

CONTENT_CHARACTERS: Final = 100_000
"""So much of a content is in the index: PostgreSQL takes at most 1 MiB of words."""

# Other signs than letters and digits are blanks, as they are to FTS5: PostgreSQL's own parser
# takes srv-01 for a name and a negative number.
POSTGRES_WORDS: Final = (
    "to_tsvector('simple', regexp_replace("
    f"title || ' ' || category || ' ' || left(content, {CONTENT_CHARACTERS}),"
    r" '[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+', ' ', 'g'))"
)

_NUMBERED: Final = "FROM document_numbers WHERE (tenant_id, document_id) ="
_TEXT: Final = (
    "{0}.title || ' ' || {0}.category || ' ' ||"
    f" substr({{0}}.content, 1, {CONTENT_CHARACTERS})"
)
_INTO: Final = "INSERT INTO document_words"
# The tenant is a word of its own: a search goes through the words of one tenant only.
_ADD: Final = (
    f"{_INTO} (rowid, tenant, words) SELECT number, 'x' || hex(new.tenant_id),"
    f" {_TEXT.format('new')} {_NUMBERED} (new.tenant_id, new.document_id);"
)
_REMOVE: Final = (
    f"{_INTO} (document_words, rowid, tenant, words) SELECT 'delete', number,"
    f" 'x' || hex(old.tenant_id), {_TEXT.format('old')}"
    f" {_NUMBERED} (old.tenant_id, old.document_id);"
)
_NUMBER: Final = "INSERT INTO document_numbers (tenant_id, document_id)"
_SQLITE: Final = (
    "CREATE TABLE document_numbers (number INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL,"
    " document_id TEXT NOT NULL, UNIQUE (tenant_id, document_id))",
    "CREATE VIRTUAL TABLE document_words USING"
    " fts5(tenant, words, content='', tokenize='unicode61 remove_diacritics 0')",
    f"{_NUMBER} SELECT tenant_id, document_id FROM documents ORDER BY 1, 2",  # noqa: S608 - ours
    f"{_INTO} (rowid, tenant, words) SELECT number, 'x' || hex(tenant_id),"  # noqa: S608 - ours
    f" {_TEXT.format('documents')} FROM document_numbers JOIN documents"
    " USING (tenant_id, document_id)",
    "CREATE TRIGGER documents_numbered AFTER INSERT ON documents BEGIN"  # noqa: S608 - ours
    f" {_NUMBER} VALUES (new.tenant_id, new.document_id); {_ADD} END",
    "CREATE TRIGGER documents_reworded AFTER UPDATE OF title, category, content ON documents"
    " BEGIN"
    f" {_REMOVE} {_ADD} END",
    f"CREATE TRIGGER documents_forgotten AFTER DELETE ON documents BEGIN {_REMOVE} DELETE"
    f" {_NUMBERED} (old.tenant_id, old.document_id); END",
)
MADE: Final = {
    "sqlite": _SQLITE,
    "postgresql": (f"CREATE INDEX documents_by_words ON documents USING gin ({POSTGRES_WORDS})",),
}
DROPPED: Final = {
    "sqlite": (
        *(f"DROP TRIGGER documents_{each}" for each in ("numbered", "reworded", "forgotten")),
        "DROP TABLE document_words",
        "DROP TABLE document_numbers",
    ),
    "postgresql": ("DROP INDEX documents_by_words",),
}

_SAID_ON_SQLITE: Final = (
    "(documents.tenant_id, documents.document_id) IN"
    " (SELECT tenant_id, document_id FROM document_numbers WHERE number IN"
    " (SELECT rowid FROM document_words WHERE document_words MATCH :said))"
)
_SAID_ON_POSTGRES: Final = f"{POSTGRES_WORDS} @@ to_tsquery('simple', :said)"


def says(dialect: sa.Dialect, tenant_id: str, said: Sequence[Said]) -> sa.ColumnElement[bool]:
    """Return the condition that a document says all of it.

    Not how well: how rare a word is would be told by other tenants' documents.
    """
    is_sqlite = dialect.name == "sqlite"
    query = " & ".join(map(_tsquery, said))
    if is_sqlite:
        query = " AND ".join([f'tenant : "x{tenant_id.encode().hex()}"', *map(_fts5, said)])
    text = sa.text(_SAID_ON_SQLITE if is_sqlite else _SAID_ON_POSTGRES).bindparams(said=query)
    return sa.type_coerce(text, sa.Boolean)


# Words are letters and digits alone, so in quotes nothing of them is syntax.
def _fts5(said: Said) -> str:
    return f'words : "{" ".join(said.words)}"' + (" *" if said.is_open else "")


def _tsquery(said: Said) -> str:
    return " <-> ".join(f"'{word}'" for word in said.words) + (":*" if said.is_open else "")
