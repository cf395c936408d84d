"""Everything that can be asked of opstrail: the one table that faces bind to."""

from collections.abc import Mapping
from typing import Any, Final

from domain.operations import (
    approvals,
    assets,
    audit,
    bulk_replays,
    bundles,
    comparisons,
    database,
    deliveries,
    erasures,
    estate,
    estate_items,
    explaining,
    failures,
    goldens,
    keys,
    log,
    log_feed,
    log_timeline,
    notes,
    projections,
    replays,
    requests,
    rules,
    run_groups,
    run_lists,
    saved_views,
    tools,
    verification,
    watching,
    words,
)
from domain.operations.operation import Operation
from domain.operations.run_views import (
    details,
    lineage,
    queries,
    record,
    response,
    states,
    timeline,
    trace,
)

_MODULES: Final = (
    comparisons,
    goldens,
    run_lists,
    run_groups,
    failures,
    details,
    record,
    timeline,
    trace,
    response,
    states,
    lineage,
    queries,
    watching,
    verification,
    requests,
    explaining,
    approvals,
    replays,
    notes,
    erasures,
    tools,
    rules,
    estate,
    estate_items,
    assets,
    saved_views,
    words,
    keys,
    audit,
    log,
    log_feed,
    log_timeline,
    projections,
    database,
    deliveries,
    bulk_replays,
    bundles,
)

OPERATIONS: Final[Mapping[str, Operation[Any, Any]]] = {
    declared.name: declared
    for module in _MODULES
    for declared in vars(module).values()
    if isinstance(declared, Operation)
}
"""The operations by name: each row of each module."""
