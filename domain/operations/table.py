"""Everything that can be asked of opstrail: the one table that faces bind to."""

from collections.abc import Mapping
from typing import Any, Final

from domain.operations import (
    estate,
    notes,
    replays,
    requests,
    run_views,
    tools,
    verification,
)
from domain.operations.operation import Operation

OPERATIONS: Final[Mapping[str, Operation[Any, Any]]] = {
    operation.name: operation
    for operation in (
        *run_views.OPERATIONS,
        *verification.OPERATIONS,
        *requests.OPERATIONS,
        *replays.OPERATIONS,
        *notes.OPERATIONS,
        *tools.OPERATIONS,
        *estate.OPERATIONS,
    )
}
"""The operations by name."""
