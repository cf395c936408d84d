"""The demo estate as one dataset."""

from datetime import UTC, datetime, timedelta

from adapters.estates.demo.cep_rules import demo_cep_rules
from adapters.estates.demo.documents import demo_documents
from adapters.estates.demo.event_log import demo_event_log
from adapters.estates.demo.history import demo_maintenance, demo_work
from adapters.estates.demo.incidents import demo_incidents
from adapters.estates.demo.items import demo_items
from adapters.estates.demo.metrics import PointSource, demo_metrics
from adapters.estates.demo.relations import demo_relations
from domain.estate.port import EstateDataset


def demo_estate(*, anchor: datetime, seed: int = 42, days: int = 31) -> EstateDataset:
    """Return the demo estate as it is at the anchor; the same arguments give the same records.

    Metric points and event log cover the last `days`, work and maintenance the last year. No
    record is later than the anchor. Raises `ValueError` for an anchor without a zone or for less
    than one day.
    """
    if anchor.tzinfo is None:
        msg = f"anchor: {anchor.isoformat()} has no zone; give one, such as {anchor.isoformat()}Z"
        raise ValueError(msg)
    if days < 1:
        msg = f"days: {days} is too few; allowed: 1 and more"
        raise ValueError(msg)
    return _estate(anchor.astimezone(UTC).replace(microsecond=0), seed=seed, days=days)


def _estate(anchor: datetime, *, seed: int, days: int) -> EstateDataset:
    items = demo_items(anchor=anchor, seed=seed)
    incidents = demo_incidents(anchor=anchor, days=days)
    maintenance = demo_maintenance(items, anchor=anchor, seed=seed, incidents=incidents)
    reboots = [item for item in maintenance if item.maint_type == "reboot"]
    points = PointSource(
        anchor=anchor,
        seed=seed,
        days=days,
        loads=[incident.cpu_load for incident in incidents if incident.cpu_load is not None],
        reboots=[item for item in reboots if item.started_at > anchor - timedelta(days=days + 1)],
    )
    return EstateDataset(
        source="demo",
        cis=items,
        relations=demo_relations(),
        metrics=demo_metrics(),
        metric_points=points.points(),
        event_log=demo_event_log(
            items, anchor=anchor, seed=seed, days=days, incidents=incidents, reboots=reboots
        ),
        work=demo_work(items, anchor=anchor, seed=seed, incidents=incidents),
        maintenance=maintenance,
        documents=demo_documents(anchor=anchor, seed=seed),
        cep_rules=demo_cep_rules(),
    )
