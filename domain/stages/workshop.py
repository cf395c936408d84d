"""What all runs of a service share: planner, tools, estate and the figures of tool calls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from domain.assets.applied import PublishedAssets
from domain.estate.port import Estate
from domain.plan.planner import Planner
from domain.run.events import HistoryEntry
from domain.run.facts import Anchor
from domain.stages.effects import APPROVAL_SECONDS
from domain.stages.road import Enforcement
from domain.stages.run_assets import RunAssets
from domain.tools.capability_registry import CapabilityRegistry
from domain.tools.confidential import OPEN, Confidential
from domain.tools.policies.policy import Policies
from domain.tools.registry import ToolRegistry
from domain.tools.statistics import CallsInFlight, ToolStatistics
from domain.tools.tracer import ExecutionTracer

RANKED_CALLS: Final = 200
"""Tools are ranked by their latest calls; every ranking reads all that are kept."""

_AFTER_NEWEST = timedelta(milliseconds=1)
"""Windows are half-open: counted back from this much later, they hold the newest record."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """The planner, the tools and the estate that a service carries its runs out with.

    Without `statistics` tools are ranked by the calls of this process only. `policies` gives those
    of a tenant, by default what is built in; `enforcement` is what they are enforced with. Calls
    that a person must allow wait `approval_seconds` for that.
    """

    planner: Planner
    registry: ToolRegistry
    estate: Estate
    tracer: ExecutionTracer
    statistics: ToolStatistics | None = None
    confidential: Confidential = OPEN
    policies: Callable[[str], Policies] = lambda _: Policies()
    in_flight: CallsInFlight = field(default_factory=CallsInFlight)
    enforcement: Enforcement = field(default_factory=Enforcement)
    approval_seconds: float = APPROVAL_SECONDS
    assets: PublishedAssets | None = None

    def capabilities(self, tenant_id: str) -> CapabilityRegistry:
        """Return the tools as a tenant may use them."""
        policies = self.policies(tenant_id)
        return CapabilityRegistry(self.registry, tenant_id, policies, self.tracer.of(tenant_id))

    def assets_of(self, history: Sequence[HistoryEntry]) -> RunAssets:
        """Return the assets of the run, or the runs, that these events are of."""
        tenant_id = history[0].envelope.tenant_id
        return RunAssets((entry.event for entry in history), self.assets, tenant_id)


def anchored(
    anchor: Anchor, *, tenant_id: str, requested_at: datetime, estate: Estate
) -> datetime:
    """Return the instant that relative times of a request count back from.

    It is that of the request, or just after that of the newest data.
    """
    if anchor == "now":
        return requested_at
    newest = estate.newest_at(tenant_id)
    return requested_at if newest is None else newest + _AFTER_NEWEST
