"""Records that no table of the estate holds as they are counted: a union, and the audit log."""

from datetime import datetime
from typing import Any, ClassVar, Final

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from domain.estate.fields import FIELDS, OWN_NAMES, RecordKind
from domain.estate_changes.change import ESTATE_CHANGE
from domain.times import recorded_instant, recorded_text
from infrastructure.estate.tables import MAINTENANCE_HISTORY, WORK_HISTORY
from infrastructure.event_store.tables import EVENTS, IS_BESIDE_RUNS, STREAMS


class RecordedInstant(sa.TypeDecorator[datetime]):
    """An instant as events hold it: text of one length, which sorts as the instants do."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        """Return what is stored."""
        return None if value is None else recorded_text(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Return the instant in UTC."""
        return None if value is None else recorded_instant(value)


class RecordedSeconds(FunctionElement[int]):
    """The microseconds since 1970 of an instant as events hold it, in whole seconds."""

    name = "recorded_seconds"
    type = sa.BigInteger()
    inherit_cache = True
    templates: ClassVar = {
        # Of a fraction of a second, SQLite would round.
        "sqlite": "CAST(strftime('%s', substr({0}, 1, 19)) AS INTEGER) * 1000000",
        "postgresql": "CAST(floor(extract(epoch FROM CAST({0} AS timestamptz))) AS bigint)"
        " * 1000000",
    }


@compiles(RecordedSeconds)
def _compiled(element: RecordedSeconds, compiler: SQLCompiler, **kw: object) -> str:
    (text,) = (compiler.process(argument, **kw) for argument in element.clauses)
    return f"({element.templates[compiler.dialect.name].format(text)})"


def _in_shared_words(kind: RecordKind, table: sa.Table) -> sa.Select[Any]:
    """Return the records under the names that both kinds share; `source` is the kind."""
    names = FIELDS[RecordKind.WORK_AND_MAINTENANCE].keys() - {"source", "ci_code"}
    shown = (table.c[OWN_NAMES[kind].get(name, name)].label(name) for name in sorted(names))
    return sa.select(table.c.tenant_id, sa.literal(kind.value, sa.Text).label("source"), *shown)


WORK_AND_MAINTENANCE: Final = sa.union_all(
    _in_shared_words(RecordKind.WORK, WORK_HISTORY),
    _in_shared_words(RecordKind.MAINTENANCE, MAINTENANCE_HISTORY),
).subquery("work_and_maintenance")

# The index of streams that are no runs leads to the changes: no run is read.
_CHANGES: Final = (
    sa.select(*STREAMS.c["tenant_id", "stream_id"])
    .where(IS_BESIDE_RUNS, STREAMS.c.stream_id.startswith(ESTATE_CHANGE.prefix))
    .subquery("changes")
)
_FIRST: Final = sa.and_(
    *(EVENTS.c[name] == _CHANGES.c[name] for name in ("tenant_id", "stream_id")),
    EVENTS.c.version == 1,
)
AUDIT_LOG: Final = (
    sa.select(
        _CHANGES.c.tenant_id,
        _CHANGES.c.stream_id.label("change_id"),
        sa.type_coerce(EVENTS.c.recorded_at, RecordedInstant).label("changed_at"),
        EVENTS.c.type.label("action"),
        *EVENTS.c["actor_kind", "actor_id"],
    )
    .join(EVENTS, _FIRST)
    .subquery("audit_log")
)
"""The changes of estates, by the first event of each: who changed it when."""
