"""What the tool of causes reads of an estate: a few bounded questions around some items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from adapters.tools.cause_records import Place, changes_of, recorded_change
from adapters.tools.references import record_references
from domain.causes.alarms import LEAST_SEVERITY, Alarm, Alarms, densest
from domain.causes.candidates import Surroundings
from domain.causes.changes import Change, is_change
from domain.causes.series import Reading, Unusual, rates, unusual
from domain.estate.fields import INSTANT_FIELD, RecordKind
from domain.estate.past import PastBucket, PastQuery
from domain.estate.port import Estate
from domain.estate.queries import (
    AggregateQuery,
    FilterSpec,
    RecordQuery,
    Row,
    Sort,
    StoredRelation,
)
from domain.estate.recorded import RecordedQuery
from domain.estate.records import ConfigurationItem, RelationType
from domain.figures import whole_sum
from domain.times import Window

MOST_ITEMS: Final = 60
PAST: Final = timedelta(days=14)
"""What is unusual is told against so much of the past."""

_MOST_RECORDS: Final = 500
_SEVERITIES: Final = 3
_SLACK: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_MOST_BUCKETS: Final = 600
_SHORTEST_BUCKET: Final = 180
_MINUTE: Final = 60
_ALL_TYPES: Final = tuple(RelationType)
_HOSTING: Final = (RelationType.RUNS_ON, RelationType.DEPLOYED_ON)


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Items with their distances, nearest first, and all relations between them."""

    items: Mapping[str, ConfigurationItem]
    distances: Mapping[str, int]
    relations: Sequence[StoredRelation]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, nearest first."""
        return tuple(self.distances)

    def places(self) -> dict[str, Place]:
        """Return where the items are, by their codes."""
        return {
            item.ci_code: Place(ci_id, self.distances[ci_id]) for ci_id, item in self.items.items()
        }

    def surroundings(self) -> Surroundings:
        """Return who needs whom among them, and what runs on what."""
        needs, guests = dict[str, set[str]](), dict[str, set[str]]()
        for source, target, rel_type in self.relations:
            needs.setdefault(source, set()).add(target)
            if rel_type in _HOSTING:
                guests.setdefault(target, set()).add(source)
        return Surroundings(needs, guests)


class UnusualSeries(NamedTuple):
    """What is unusual by item, and of how many points by item and metric; the units."""

    by_item: Mapping[str, Sequence[Unusual]]
    counts: Mapping[tuple[str, str], int]
    units: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CauseReads:
    """The reads of one question; `warnings` tell what was not looked at."""

    estate: Estate
    tenant_id: str
    warnings: list[str] = field(default_factory=list)

    def around(self, items: Sequence[ConfigurationItem], *, depth: int) -> Neighbourhood:
        """Return what items need or consist of, and what runs on that, up to a depth."""
        distances, left_out = {item.ci_id: 0 for item in items}, 0
        edge = list(distances)
        for distance in range(1, depth + 1):
            found = [each for each in self._next_to(edge) if each not in distances]
            edge = found[: MOST_ITEMS - len(distances)]
            left_out += len(found) - len(edge)
            distances.update(dict.fromkeys(edge, distance))
        if left_out:
            self.warnings.append(f"{left_out} more items around were not looked at")
        known = self.estate.cis(self.tenant_id, list(distances))
        between = self.estate.relations_between(
            self.tenant_id, list(distances), rel_types=_ALL_TYPES
        )
        return Neighbourhood(known, distances, sorted(between))

    def changes(self, near: Neighbourhood | None, window: Window) -> list[Change]:
        """Return what was changed of the items, or of all that there are, in a window."""
        ids = None if near is None else near.ids
        words = self.estate.vocabulary(self.tenant_id).values.get(RecordKind.EVENT_LOG, {})
        types = [each for each in words.get("event_type", ()) if is_change(each)]
        of_types = FilterSpec(field="event_type", op="IN", value=types)
        found = list[Change]()
        for kind in (RecordKind.EVENT_LOG, RecordKind.WORK, RecordKind.MAINTENANCE):
            filters = (of_types,) if kind is RecordKind.EVENT_LOG else ()
            rows = self._rows(kind, ids, window, filters)
            found += changes_of(kind, rows, None if near is None else near.distances)
        return found + self._recorded(near, window)

    def alarms(self, ids: tuple[str, ...], window: Window) -> dict[str, Alarms]:
        """Return the alarms in the window, by item."""
        severe = (FilterSpec(field="severity", op=">=", value=LEAST_SEVERITY),)
        rows = self._rows(RecordKind.EVENT_LOG, ids, window, severe)
        past = AggregateQuery(
            kind=RecordKind.EVENT_LOG,
            group_by=("ci_id", "severity"),
            filters=severe,
            ci_ids=ids,
            window=Window(window.start - PAST, window.start),
            top_n=MOST_ITEMS * _SEVERITIES,
        )
        table = self.estate.aggregate(self.tenant_id, past)
        before = dict[str, dict[int, int]]()
        for ci_id, severity, count in table.rows:
            before.setdefault(str(ci_id), {})[int(str(severity))] = int(str(count))
        in_order = sorted(rows, key=lambda row: (str(row["ci_id"]), str(row["occurred_at"])))
        by_item = groupby(in_order, lambda row: str(row["ci_id"]))
        return {
            ci_id: densest(_alarms(list(own)), before.get(ci_id, {}), window, past=PAST)
            for ci_id, own in by_item
        }

    def unusual(self, ids: tuple[str, ...], window: Window) -> UnusualSeries:
        """Return what is unusual of the metrics of the items in the window."""
        query = _past_query(ids, window)
        newest = self.estate.newest_at(self.tenant_id) or window.end
        metrics = self.estate.metrics(self.tenant_id)
        longest_gap = timedelta(seconds=4 * query.bucket_seconds) + _SLACK
        closely = self._series(_close_query(ids, window))
        found, counts = dict[str, list[Unusual]](), dict[tuple[str, str], int]()
        for (ci_id, name), own in self._series(query).items():
            close = closely.get((ci_id, name), ())
            counts[ci_id, name] = whole_sum(e.point_count for e in close if e.at >= window.start)
            readings = [Reading(each.at, each.average) for each in own]
            if metrics[name].kind == "counter":
                highest = [Reading(each.at, each.highest) for each in own]
                readings = rates(highest, longest_gap=longest_gap)
            found.setdefault(ci_id, []).extend(
                unusual(
                    metrics[name],
                    readings,
                    window,
                    points_at=[each.at for each in close],
                    newest_at=newest,
                )
            )
        units = {name: each.unit for name, each in metrics.items()}
        return UnusualSeries(found, counts, units)

    def _series(self, query: PastQuery) -> dict[tuple[str, str], list[PastBucket]]:
        buckets = self.estate.past(self.tenant_id, query)
        by_series = groupby(buckets, lambda one: (one.ci_id, one.metric_name))
        return {key: list(own) for key, own in by_series}

    def _next_to(self, edge: Sequence[str]) -> list[str]:
        needed = self.estate.relations_from(self.tenant_id, edge, rel_types=_ALL_TYPES)
        guests = self.estate.relations_to(self.tenant_id, edge, rel_types=_HOSTING)
        ids = [*(e.target_id for e in sorted(needed)), *(e.source_id for e in sorted(guests))]
        return list(dict.fromkeys(ids))

    def _recorded(self, near: Neighbourhood | None, window: Window) -> list[Change]:
        places = None if near is None else near.places()
        codes = None if places is None else frozenset(places)
        query = RecordedQuery(window=window, codes=codes)
        recorded = self.estate.recorded_changes(self.tenant_id, query)
        if recorded.is_cut:
            self.warnings.append("imports of that time were too large to look at all they changed")
        return [recorded_change(each, places) for each in recorded.changes]

    def _rows(
        self,
        kind: RecordKind,
        ids: tuple[str, ...] | None,
        window: Window,
        filters: tuple[FilterSpec, ...],
    ) -> list[Row]:
        query = RecordQuery(
            kind=kind,
            filters=filters,
            ci_ids=ids,
            window=window,
            sort=(Sort(field=INSTANT_FIELD[kind], direction="DESC"),),
            limit=_MOST_RECORDS,
        )
        page = self.estate.find(self.tenant_id, query)
        told = f"{len(page.rows)} of {page.total} records of {kind.replace('_', ' ')}"
        if page.total > len(page.rows):
            self.warnings.append(f"only the newest {told} were looked at")
        return page.rows


def _alarms(rows: Sequence[Row]) -> list[Alarm]:
    named = zip(rows, record_references(RecordKind.EVENT_LOG, rows), strict=False)
    return [
        Alarm(
            datetime.fromisoformat(str(row["occurred_at"])), int(str(row["severity"])), reference
        )
        for row, reference in named
    ]


def _past_query(ids: tuple[str, ...], window: Window) -> PastQuery:
    """Return the question for the window and, where that is short, the same part of past days."""
    start = window.start - _SLACK - PAST
    part = window.end - window.start + 2 * _SLACK
    is_part = part < _DAY
    covered = part * (PAST / _DAY + 1) if is_part else window.end - start
    return PastQuery(
        ci_ids=ids,
        window=Window(start, window.end),
        bucket_seconds=_bucket_seconds(covered),
        of_each_day=int(part.total_seconds()) if is_part else None,
    )


def _close_query(ids: tuple[str, ...], window: Window) -> PastQuery:
    """Return the question for the window alone, which has shorter buckets."""
    start = window.start - _SLACK
    seconds = _bucket_seconds(window.end - start)
    return PastQuery(ci_ids=ids, window=Window(start, window.end), bucket_seconds=seconds)


def _bucket_seconds(covered: timedelta) -> int:
    minutes = -int(-covered.total_seconds() / _MOST_BUCKETS // _MINUTE)
    return max(_SHORTEST_BUCKET, _MINUTE * minutes)
