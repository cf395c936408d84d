"""The demo estate as one dataset."""

from datetime import UTC, datetime, timedelta
from itertools import chain

from adapters.estates.demo.cep_rules import demo_cep_rules
from adapters.estates.demo.documents import demo_documents
from adapters.estates.demo.effects import with_effects
from adapters.estates.demo.event_log import demo_event_log
from adapters.estates.demo.history import demo_maintenance, demo_work
from adapters.estates.demo.incidents import demo_incidents
from adapters.estates.demo.items import demo_items
from adapters.estates.demo.metrics import PointSource, demo_metrics
from adapters.estates.demo.planted import planted_incidents
from adapters.estates.demo.planted_kinds import PlantedIncident
from adapters.estates.demo.relations import demo_relations
from domain.estate.port import EstateDataset


def demo_estate(
    *, anchor: datetime, seed: int = 42, days: int = 31, incidents: int = 0
) -> EstateDataset:
    """Return the demo estate as it is at the anchor; the same arguments give the same records.

    Metric points and event log cover the last `days`, work and maintenance the last year. No
    record is later than the anchor. So many `incidents` are planted beside those that are always
    there. Raises `ValueError` for an anchor without a zone or for less than one day.
    """
    return demo_with_truth(anchor=anchor, seed=seed, days=days, incidents=incidents)[0]


def demo_with_truth(
    *, anchor: datetime, seed: int = 42, days: int = 31, incidents: int
) -> tuple[EstateDataset, list[PlantedIncident]]:
    """Return the demo estate, and the truth about what is planted in it; see `demo_estate`."""
    if anchor.tzinfo is None:
        msg = f"anchor: {anchor.isoformat()} has no zone; give one, such as {anchor.isoformat()}Z"
        raise ValueError(msg)
    if days < 1:
        msg = f"days: {days} is too few; allowed: 1 and more"
        raise ValueError(msg)
    anchor = anchor.astimezone(UTC).replace(microsecond=0)
    items = demo_items(anchor=anchor, seed=seed)
    always = demo_incidents(anchor=anchor, days=days)
    maintenance = demo_maintenance(items, anchor=anchor, seed=seed, incidents=always)
    reboots = [item for item in maintenance if item.maint_type == "reboot"]
    planted = planted_incidents(
        anchor=anchor, seed=seed, days=days, count=incidents, reboots=reboots
    )
    points = PointSource(
        anchor=anchor,
        seed=seed,
        days=days,
        loads=[incident.cpu_load for incident in always if incident.cpu_load is not None],
        reboots=[item for item in reboots if item.started_at > anchor - timedelta(days=days + 1)],
    )
    entries = demo_event_log(
        items, anchor=anchor, seed=seed, days=days, incidents=always, reboots=reboots
    )
    work = demo_work(items, anchor=anchor, seed=seed, incidents=always)
    effects = [effect for incident in planted for effect in incident.effects]
    estate = EstateDataset(
        source="demo",
        cis=items,
        relations=demo_relations(),
        metrics=demo_metrics(),
        metric_points=with_effects(points.points(), effects) if effects else points.points(),
        event_log=sorted(
            chain(entries, *(incident.entries for incident in planted)),
            key=lambda entry: (entry.occurred_at, entry.entry_id),
        ),
        work=[*work, *(each for incident in planted for each in incident.work)],
        maintenance=[*maintenance, *(each for one in planted for each in one.maintenance)],
        documents=demo_documents(anchor=anchor, seed=seed),
        cep_rules=demo_cep_rules(),
    )
    return estate, planted
