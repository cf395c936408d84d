"""Groups of runs, made of summaries that are at hand: the meaning, which databases follow."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from domain.run.groups import PERCENTS, SPAN_CHARACTERS, GroupBy, Grouping, RunGroup, begin_of
from domain.run.summary import RunSummary, age
from domain.views.json_form import View
from domain.views.matching import attribute_of

RUN_GROUPS: Final[View[list[RunGroup]]] = View("run-groups", list[RunGroup])

_Key = tuple[str | None, ...]


def groups_of(runs: Iterable[RunSummary], grouping: Grouping, *, limit: int) -> list[RunGroup]:
    """Return the largest groups; of two as large, the one with the newest run comes first."""
    found: dict[_Key, list[RunSummary]] = {}
    for run in sorted(runs, key=age, reverse=True):
        found.setdefault(_key(run, grouping), []).append(run)
    largest = sorted(found.items(), key=lambda group: -len(group[1]))
    return [_group(key, members, grouping) for key, members in largest[:limit]]


def _key(run: RunSummary, grouping: Grouping) -> _Key:
    span = None if grouping.per is None else run.requested_at[: SPAN_CHARACTERS[grouping.per]]
    return span, *(_value(run, field) for field in grouping.by)


def _value(run: RunSummary, field: GroupBy) -> Any:  # noqa: ANN401 - a text or None, as the field is
    if field is GroupBy.STATUS:
        return run.status or run.state
    return getattr(run, attribute_of(field))


def _group(key: _Key, runs: Sequence[RunSummary], grouping: Grouping) -> RunGroup:
    values = [getattr(run, attribute_of(grouping.measure)) for run in runs]
    measured = sorted(value for value in values if value is not None)
    ranks = [-(-len(measured) * percent // 100) for percent in PERCENTS]
    p50, p90, p99 = (measured[rank - 1] if measured else None for rank in ranks)
    since, *by = key
    return RunGroup(
        since=None if since is None else begin_of(since),
        by=dict(zip((field.value for field in grouping.by), by, strict=True)),
        count=len(runs),
        measured_count=len(measured),
        p50=p50,
        p90=p90,
        p99=p99,
        max=max(measured, default=None),
    )
