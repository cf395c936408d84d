"""Everything that can be asked of opstrail: the one table that faces bind to."""

from collections.abc import Mapping
from typing import Any, Final

from domain.operations import (
    bulk_replays,
    bundles,
    comparisons,
    database,
    estate,
    goldens,
    log,
    notes,
    projections,
    replays,
    requests,
    run_lists,
    run_views,
    tools,
    verification,
)
from domain.operations.operation import Operation

OPERATIONS: Final[Mapping[str, Operation[Any, Any]]] = {
    operation.name: operation
    for operation in (
        *comparisons.OPERATIONS,
        *goldens.OPERATIONS,
        *run_lists.OPERATIONS,
        *run_views.OPERATIONS,
        *verification.OPERATIONS,
        *requests.OPERATIONS,
        *replays.OPERATIONS,
        *notes.OPERATIONS,
        *tools.OPERATIONS,
        *estate.OPERATIONS,
        *log.OPERATIONS,
        *projections.OPERATIONS,
        *database.OPERATIONS,
        *bulk_replays.OPERATIONS,
        *bundles.OPERATIONS,
    )
}
"""The operations by name."""
