"""The aggregates that a log can hold, found by how the ids of their streams begin."""

from typing import Any, Final

from domain.aggregate.aggregate import Aggregate
from domain.assets.asset import ASSET
from domain.errors import CorruptLog
from domain.estate_changes.change import ESTATE_CHANGE
from domain.identity.key import API_KEY
from domain.operator_log.entries import OPERATOR_LOG
from domain.replay.bulk.bulk_replay import BULK_REPLAY
from domain.run.aggregate import RUN

AGGREGATES: Final[tuple[Aggregate[Any, Any, Any], ...]] = (
    RUN,
    BULK_REPLAY,
    ESTATE_CHANGE,
    ASSET,
    API_KEY,
    OPERATOR_LOG,
)


def aggregate_of(stream_id: str) -> Aggregate[Any, Any, Any]:
    """Return the aggregate that the stream is of. Raises `CorruptLog` when it is of none."""
    for aggregate in AGGREGATES:
        if stream_id.startswith(aggregate.prefix):
            return aggregate
    known = ", ".join(aggregate.prefix for aggregate in AGGREGATES)
    why = f"streams begin with one of {known}; a newer opstrail may have written it"
    raise CorruptLog(stream_id, why=why)
