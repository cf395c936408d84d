"""Reading lines of the run list: each with whether it is the one that was written."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa

from domain.errors import FalseLine
from domain.ports import NO_LAG, FoundRuns, Lag
from domain.run.summary import RunSummary
from infrastructure.event_store.line_seal import NAMES, line_seal
from infrastructure.event_store.stream_rows import text_of
from infrastructure.event_store.tables import RUN_SUMMARIES, STREAMS

OF_STREAM: Final = sa.and_(
    STREAMS.c.tenant_id == RUN_SUMMARIES.c.tenant_id, STREAMS.c.stream_id == RUN_SUMMARIES.c.run_id
)
SELECT_LINES: Final[sa.Select[Any]] = sa.select(
    *RUN_SUMMARIES.c[(*NAMES, "seal")], STREAMS.c.head_hash
).join_from(RUN_SUMMARIES, STREAMS, OF_STREAM, isouter=True)
"""Lines, each with its seal and the head hash of its run, None when there is no such run."""


_NUMBERS: Final = frozenset(
    column.name for column in RUN_SUMMARIES.columns if isinstance(column.type, sa.Integer)
)


def lines(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[tuple[RunSummary, bool]]:
    """Yield the lines of a query that begins as `SELECT_LINES`, and whether each is sealed.

    Raises `ChangedRecord` for text that is no text.
    """
    with text_of("the run list"):
        rows = connection.execute(query).all()
    for row in rows:
        is_sound = is_sealed(row)
        values = row if is_sound else [_as_it_must_be(*each) for each in zip(NAMES, row)]  # noqa: B905 - the seal and the head hash follow
        yield RunSummary(**dict(zip(NAMES, values, strict=False))), is_sound


def _as_it_must_be(name: str, value: Any) -> Any:  # noqa: ANN401 - SQLite keeps any value
    """Return a value that a list can show: no text where there is a number."""
    return None if name in _NUMBERS and not isinstance(value, int) else value


def is_sealed(row: Sequence[Any]) -> bool:
    """Return whether a row of such a query is the line that was written."""
    *values, seal, head_hash = row
    return isinstance(head_hash, bytes) and line_seal(values, head_hash) == seal


def found_runs(found: Iterable[tuple[RunSummary, bool]], lag: Lag = NO_LAG) -> FoundRuns:
    """Return lines as they were found, and a doubt for each that is not the one written."""
    told = [*found]
    doubts = tuple(str(FalseLine(line.run_id)) for line, is_sound in told if not is_sound)
    return FoundRuns([line for line, _ in told], *lag, doubts)
