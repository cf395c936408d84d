"""The words that a tenant's records use; they are kept with the revision of the estate."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec
import sqlalchemy as sa

from domain.estate.fields import WORD_FIELDS, RecordKind
from domain.estate.named import Key, Related
from domain.estate.queries import Vocabulary
from infrastructure.estate.columns import plain_column, source_of, visible
from infrastructure.estate.few_records import SqlFewRecords
from infrastructure.estate.item_names import SqlItemNames
from infrastructure.estate.names import MOST_VALUES, SqlNames
from infrastructure.estate.tables import CEP_RULES, ESTATE_REVISIONS, METRICS

_Counts = Mapping[RecordKind, Mapping[str, Mapping[str, int]]]

_MAX_WORDS = 500
# Longer values are prose, not words that a question repeats.
_MAX_WORD_LENGTH = 100


class _Words(msgspec.Struct):
    """What is kept with the revision."""

    values: dict[str, dict[str, list[str]]] = {}
    metrics: list[str] = []
    cep_rules: dict[str, str] = {}
    keys: dict[str, list[Key]] = {}
    relations: list[Related] = []


def vocabulary(connection: sa.Connection, tenant_id: str) -> Vocabulary:
    """See `Estate.vocabulary`; empty text and values of over 100 characters are left out."""
    of_tenant = ESTATE_REVISIONS.c.tenant_id == tenant_id
    kept = connection.scalar(sa.select(ESTATE_REVISIONS.c.words).where(of_tenant))
    words = msgspec.json.decode(kept or "{}", type=_Words)
    return Vocabulary(
        values={
            kind: {name: tuple(words.values.get(kind, {}).get(name, ())) for name in fields}
            for kind, fields in WORD_FIELDS.items()
        },
        metrics=tuple(words.metrics),
        cep_rules=words.cep_rules,
        items=SqlItemNames(connection.engine, tenant_id),
        names=SqlNames(connection.engine, tenant_id),
        keys=words.keys,
        relations=tuple(words.relations),
        records=SqlFewRecords(connection.engine, tenant_id),
    )


def words_text(connection: sa.Connection, tenant_id: str) -> str:
    """Return the words that the tenant's records use now, as they were kept before 0022."""
    return _text(connection, tenant_id, _counts(connection, tenant_id))


def write_words(connection: sa.Connection, tenant_id: str) -> str:
    """Write what words name in the tenant's records; return what is kept with the revision."""
    from infrastructure.estate.naming import write_names  # noqa: PLC0415 - only loads need it

    counts = _counts(connection, tenant_id)
    of_records = {
        f"{kind}.{name}": found
        for kind, fields in counts.items()
        for name, found in fields.items()
        if kind is not RecordKind.CI
    }
    naming = write_names(connection, tenant_id, of_records)
    more = {"keys": naming.tally.keys, "relations": naming.relations}
    return _text(connection, tenant_id, counts, more)


def _text(
    connection: sa.Connection,
    tenant_id: str,
    counts: _Counts,
    more: Mapping[str, object] = MappingProxyType({}),
) -> str:
    metrics = sa.select(METRICS.c.metric_name).where(METRICS.c.tenant_id == tenant_id)
    rules = sa.select(CEP_RULES.c.rule_name, CEP_RULES.c.rule_id).where(
        CEP_RULES.c.tenant_id == tenant_id
    )
    words = {
        "values": {
            str(kind): {name: list(found)[:_MAX_WORDS] for name, found in fields.items()}
            for kind, fields in counts.items()
        },
        "metrics": list(connection.scalars(metrics.order_by(METRICS.c.metric_name))),
        "cep_rules": {name.lower(): rule_id for name, rule_id in connection.execute(rules)},
        **more,
    }
    return msgspec.json.encode(words).decode()


def _counts(connection: sa.Connection, tenant_id: str) -> _Counts:
    return {
        kind: {name: _values(connection, tenant_id, kind, name=name) for name in fields}
        for kind, fields in WORD_FIELDS.items()
    }


def _values(
    connection: sa.Connection, tenant_id: str, kind: RecordKind, *, name: str
) -> dict[str, int]:
    """The values of a field, the most frequent first, with the number of their records."""
    column, count = plain_column(kind, name).sql, sa.func.count()
    statement = (
        sa.select(column, count)
        .select_from(source_of(kind))
        .where(*visible(kind, tenant_id), sa.func.length(column).between(1, _MAX_WORD_LENGTH))
        .group_by(column)
        .order_by(count.desc(), column)
        .limit(MOST_VALUES + 1)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}
