"""Reading the failures of runs and of their calls with SQL; see `domain.run.failures`."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import starmap
from typing import Any, Final

import sqlalchemy as sa

from domain.run.failures import Attempt, Failure, Kind
from domain.run_filter.fields import COMPLETED
from domain.run_filter.filter import RunFilter
from infrastructure.event_store.tables import RUN_SUMMARIES
from infrastructure.projections.generations import live_generation
from infrastructure.projections.tables import RUN_CALLS
from infrastructure.run_list.conditions import of_run

NEWEST_ATTEMPTS: Final = 10_000
"""So many of the newest attempts tell whether failures go on."""

_RUN, _CALL = RUN_SUMMARIES.c, RUN_CALLS.c
_CALLS_OF_RUNS: Final = sa.join(
    RUN_CALLS,
    RUN_SUMMARIES,
    sa.and_(_CALL.tenant_id == _RUN.tenant_id, _CALL.run_id == _RUN.run_id),
)


def failures(connection: sa.Connection, tenant_id: str, where: RunFilter) -> Iterator[Failure]:
    """Yield every failure of the runs that the filter fits, the newest runs first."""
    of_runs = sa.select(
        *(_RUN.fingerprint, _RUN.run_id, sa.func.coalesce(_RUN.ended_at, _RUN.updated_at)),
        *(sa.func.coalesce(_RUN.error_code, ""), sa.func.coalesce(_RUN.error, "")),
        _RUN.question,
    ).where(_RUN.tenant_id == tenant_id, _RUN.fingerprint.is_not(None), of_run(where))
    for row in connection.execute(_newest_first(of_runs, _RUN)):
        yield _failure(*row)
    of_calls = (
        sa.select(
            *(_CALL.fingerprint, _CALL.run_id, _CALL.ended_at, _CALL.error_code, _CALL.error),
            *(_RUN.question, _CALL.call_id, _CALL.tool, _CALL.operation),
        )
        .select_from(_CALLS_OF_RUNS)
        .where(*_of_tenant(tenant_id), _CALL.fingerprint.is_not(None), of_run(where))
    )
    for row in connection.execute(_newest_first(of_calls, _CALL)):
        yield _failure(*row)


class Attempts:
    """The newest attempts of such a call; of no call, those of such questions among the runs."""

    def __init__(self, connection: sa.Connection, tenant_id: str, where: RunFilter) -> None:
        """Look among the runs that the filter fits."""
        self._connection, self._tenant_id, self._where = connection, tenant_id, where

    def __call__(self, kind: Kind) -> Iterator[Attempt]:
        """See `domain.run.failures.AttemptsOf`."""
        if kind.made is not None:
            yield from starmap(Attempt, self._calls(*kind.made))
            return
        for row in self._runs:
            if row.question in kind.questions:
                yield Attempt(row.ended_at, row.fingerprint)

    def _calls(self, tool: str, operation: str) -> Sequence[sa.Row[Any]]:
        query = (
            sa.select(_CALL.ended_at, _CALL.fingerprint)
            .select_from(_CALLS_OF_RUNS)
            .where(*_of_tenant(self._tenant_id), of_run(self._where))
            .where(_CALL.tool == tool, _CALL.operation == operation, _CALL.ended_at.is_not(None))
        )
        return self._newest(query, _CALL)

    @cached_property
    def _runs(self) -> Sequence[sa.Row[Any]]:
        has_come_out = sa.or_(_RUN.state == COMPLETED, _RUN.fingerprint.is_not(None))
        query = sa.select(_RUN.question, _RUN.ended_at, _RUN.fingerprint).where(
            _RUN.tenant_id == self._tenant_id,
            *(_RUN.ended_at.is_not(None), has_come_out, of_run(self._where)),
        )
        return self._newest(query, _RUN)

    def _newest(self, query: sa.Select[Any], table: Any) -> Sequence[sa.Row[Any]]:  # noqa: ANN401 - columns
        newest = _newest_first(query, table).limit(NEWEST_ATTEMPTS)
        return self._connection.execute(newest).all()


def _of_tenant(tenant_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    is_live = _CALL.generation == live_generation(RUN_CALLS.name)
    return is_live, _CALL.tenant_id == tenant_id, _RUN.tenant_id == tenant_id


def _failure(*values: Any) -> Failure:  # noqa: ANN401 - the columns of a row
    names = ("fingerprint", "run_id", "at", "code", "message", "question")
    return Failure(**dict(zip((*names, "call_id", "tool", "operation"), values, strict=False)))


def _newest_first(query: sa.Select[Any], table: Any) -> sa.Select[Any]:  # noqa: ANN401 - columns
    return query.order_by(table.requested_at.desc(), table.run_id.desc())
