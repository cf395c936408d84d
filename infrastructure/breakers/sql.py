"""Circuit breakers in the database, by its own clock: each change is one statement."""

from typing import Any, Final

import sqlalchemy as sa

from domain.stages.road import Enforcement
from domain.tools.policies.breakers import Circuit, ReadBreakers, Standing
from domain.tools.policies.cache import AnswerCache
from infrastructure.breakers.tables import CIRCUIT_BREAKERS
from infrastructure.database.upsert import insert_into

_ROW: Final = CIRCUIT_BREAKERS.c
_OPEN_MS: Final[dict[str, sa.ColumnElement[float]]] = {
    "sqlite": sa.literal_column("(julianday('now') - julianday(opened_at)) * 86400000"),
    "postgresql": sa.literal_column(
        "extract(epoch FROM clock_timestamp() - opened_at)::float8 * 1000"
    ),
}
"""The milliseconds since a circuit was opened."""


class SqlBreakers:
    """See `domain.tools.policies.breakers.Breakers`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine, self._open_ms = engine, _OPEN_MS[engine.dialect.name]

    def standings(self, tenant_id: str) -> dict[Circuit, Standing]:
        """See `Breakers`."""
        columns = (_ROW.tool, _ROW.operation, _ROW.failure_count, self._open_ms)
        of_tenant = sa.select(*columns).where(_ROW.tenant_id == tenant_id)
        with self._engine.connect() as connection:
            rows = connection.execute(of_tenant)
            return {Circuit(tenant_id, *row[:2]): Standing(*row[2:]) for row in rows}

    def failed(self, circuit: Circuit, *, threshold: int, is_probe: bool) -> None:
        """See `Breakers`."""
        count, now = _ROW.failure_count + 1, self._in_ms(0)
        changed: dict[str, Any] = {"failure_count": count}
        if is_probe:
            changed |= {"opened_at": now, "probe_until": sa.null()}
        else:
            at_threshold = sa.func.coalesce(_ROW.opened_at, now)
            changed["opened_at"] = sa.case(
                (count >= threshold, at_threshold), else_=_ROW.opened_at
            )
        first = insert_into(CIRCUIT_BREAKERS, self._engine.dialect).values(
            **circuit._asdict(),
            failure_count=1,
            opened_at=now if is_probe or threshold <= 1 else sa.null(),
        )
        keys = list(CIRCUIT_BREAKERS.primary_key.columns)
        self._change(first.on_conflict_do_update(index_elements=keys, set_=changed))

    def answered(self, circuit: Circuit) -> None:
        """See `Breakers`."""
        self._change(sa.delete(CIRCUIT_BREAKERS).where(*_of(circuit)))

    def take_probe(self, circuit: Circuit, *, reset_ms: int, term_ms: int) -> bool:
        """See `Breakers`."""
        now, due = self._in_ms(0), self._in_ms(-reset_ms)
        is_set_back = _ROW.opened_at > now
        is_due = sa.or_(_ROW.opened_at <= due, is_set_back)
        is_free = sa.or_(_ROW.probe_until.is_(None), _ROW.probe_until <= now, is_set_back)
        taken = sa.update(CIRCUIT_BREAKERS).where(*_of(circuit), is_due, is_free)
        opened_at = sa.case((is_set_back, due), else_=_ROW.opened_at)  # else all were let through
        return (
            self._change(taken.values(probe_until=self._in_ms(term_ms), opened_at=opened_at)) > 0
        )

    def give_back(self, circuit: Circuit) -> None:
        """See `Breakers`."""
        freed = sa.update(CIRCUIT_BREAKERS).where(*_of(circuit))
        self._change(freed.values(probe_until=None))

    def _in_ms(self, milliseconds: int) -> sa.ColumnElement[Any]:
        """Return the instant of the database's clock so many milliseconds from now."""
        seconds = milliseconds / 1000
        if self._engine.dialect.name == "sqlite":
            return sa.func.strftime("%Y-%m-%d %H:%M:%f", "now", f"{seconds} seconds")
        return sa.func.clock_timestamp() + sa.literal(seconds) * sa.text("interval '1 second'")

    def _change(self, change: sa.Insert | sa.Update | sa.Delete) -> int:
        with self._engine.connect() as connection:
            if (
                connection.dialect.name == "postgresql"
            ):  # who waited for a row goes by what it is now
                connection.execution_options(isolation_level="READ COMMITTED")
            with connection.begin():
                return connection.execute(change).rowcount


def enforcement_on(engine: sa.Engine) -> Enforcement:
    """Return what policies are enforced with in a process on this database."""
    return Enforcement(breakers=ReadBreakers(SqlBreakers(engine)), cache=AnswerCache())


def _of(circuit: Circuit) -> tuple[sa.ColumnElement[bool], ...]:
    return tuple(_ROW[name] == value for name, value in circuit._asdict().items())
