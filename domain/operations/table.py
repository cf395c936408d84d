"""Everything that can be asked of opstrail: the one table that faces bind to."""

from collections.abc import Mapping
from typing import Any, Final

from domain.operations import bulk_replays, bundles, run_views, verification
from domain.operations.operation import Operation

OPERATIONS: Final[Mapping[str, Operation[Any, Any]]] = {
    operation.name: operation
    for operation in (
        *run_views.OPERATIONS,
        *verification.OPERATIONS,
        *bulk_replays.OPERATIONS,
        *bundles.OPERATIONS,
    )
}
"""The operations by name."""
