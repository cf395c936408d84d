"""The words that a tenant's records use; they are kept with the revision of the estate."""

from typing import TYPE_CHECKING, Final

import orjson
import sqlalchemy as sa

from domain.estate.fields import WORD_FIELDS, RecordKind
from domain.estate.queries import Vocabulary
from infrastructure.estate.columns import plain_column, source_of, visible
from infrastructure.estate.item_names import SqlItemNames
from infrastructure.estate.tables import CEP_RULES, ESTATE_REVISIONS, METRICS

if TYPE_CHECKING:
    from pydantic import JsonValue

    from domain.json import JsonMap

_MAX_WORDS = 500
# Longer values are prose, not words that a question repeats.
_MAX_WORD_LENGTH = 100
_OF_NO_ESTATE: Final = b'{"values": {}, "metrics": [], "cep_rules": {}}'


def vocabulary(connection: sa.Connection, tenant_id: str) -> Vocabulary:
    """See `Estate.vocabulary`; empty text and values of over 100 characters are left out."""
    of_tenant = ESTATE_REVISIONS.c.tenant_id == tenant_id
    kept = connection.scalar(sa.select(ESTATE_REVISIONS.c.words).where(of_tenant))
    words = orjson.loads(kept or _OF_NO_ESTATE)
    return Vocabulary(
        values={
            kind: {name: tuple(words["values"].get(kind, {}).get(name, ())) for name in fields}
            for kind, fields in WORD_FIELDS.items()
        },
        metrics=tuple(words["metrics"]),
        cep_rules=words["cep_rules"],
        items=SqlItemNames(connection.engine, tenant_id),
    )


def words_text(connection: sa.Connection, tenant_id: str) -> str:
    """Return the words that the tenant's records use now, as they are kept."""
    metrics = sa.select(METRICS.c.metric_name).where(METRICS.c.tenant_id == tenant_id)
    rules = sa.select(CEP_RULES.c.rule_name, CEP_RULES.c.rule_id).where(
        CEP_RULES.c.tenant_id == tenant_id
    )
    words: JsonMap = {
        "values": {
            str(kind): {name: _values(connection, tenant_id, kind, name=name) for name in fields}
            for kind, fields in WORD_FIELDS.items()
        },
        "metrics": list(connection.scalars(metrics.order_by(METRICS.c.metric_name))),
        "cep_rules": {name.lower(): rule_id for name, rule_id in connection.execute(rules)},
    }
    return orjson.dumps(words).decode()


def _values(
    connection: sa.Connection, tenant_id: str, kind: RecordKind, *, name: str
) -> "list[JsonValue]":
    column = plain_column(kind, name).sql
    statement = (
        sa.select(column)
        .select_from(source_of(kind))
        .where(*visible(kind, tenant_id), sa.func.length(column).between(1, _MAX_WORD_LENGTH))
        .group_by(column)
        .order_by(sa.func.count().desc(), column)
        .limit(_MAX_WORDS)
    )
    return list(connection.scalars(statement))
