"""The events of a database as plain rows, read with plain SQL; nothing of ours is in between."""

import json
from collections import defaultdict
from typing import Any

import sqlalchemy as sa

Row = dict[str, Any]
"""One event: the columns of its envelope, and under `data` the JSON of what happened."""

_EVENTS = sa.text(
    "SELECT position, stream_id, version, type, recorded_at, actor_kind, actor_id,"
    " correlation_id, data FROM events"
    " WHERE tenant_id = :tenant AND substr(stream_id, 1, 4) = 'run-' ORDER BY position"
)


def histories_of(engine: sa.Engine, tenant: str) -> dict[str, list[Row]]:
    """Return the rows of each run of a tenant, in order of their versions."""
    histories = defaultdict[str, list[Row]](list)
    with engine.connect() as connection:
        for row in connection.execute(_EVENTS, {"tenant": tenant}).mappings():
            histories[row["stream_id"]].append({**row, "data": json.loads(row["data"])})
    return {run: sorted(rows, key=lambda row: row["version"]) for run, rows in histories.items()}
