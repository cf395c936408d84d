"""The demo estate as one dataset."""

from collections.abc import Sequence
from dataclasses import replace
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
    estate = _estate(anchor, seed=seed, days=days)
    reboots = [item for item in estate.maintenance if item.maint_type == "reboot"]
    planted = planted_incidents(
        anchor=anchor, seed=seed, days=days, count=incidents, reboots=reboots
    )
    return (_with_planted(estate, planted) if planted else estate), planted


def _with_planted(estate: EstateDataset, planted: Sequence[PlantedIncident]) -> EstateDataset:
    effects = [effect for incident in planted for effect in incident.effects]
    entries = chain(estate.event_log, *(incident.entries for incident in planted))
    return replace(
        estate,
        metric_points=with_effects(estate.metric_points, effects),
        event_log=sorted(entries, key=lambda entry: (entry.occurred_at, entry.entry_id)),
        work=[*estate.work, *chain.from_iterable(each.work for each in planted)],
        maintenance=[
            *estate.maintenance,
            *chain.from_iterable(each.maintenance for each in planted),
        ],
    )


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
