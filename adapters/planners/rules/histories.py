"""Questions about what happened: events, work, maintenance, and what was installed."""

from adapters.planners.rules.kind import Draft, Kind
from adapters.planners.rules.mentions import Slot
from adapters.planners.rules.parts import (
    ALL_TIME,
    LIST_LIMIT,
    NOUNS,
    conditions,
    during,
    only_item,
    output,
)
from adapters.planners.rules.question import DoesNotFit, Reading
from domain.estate.fields import RecordKind
from domain.estate.queries import FilterSpec
from domain.plan.intent import Intent
from domain.plan.look_ups import source_of
from domain.plan.plan import Plan
from domain.plan.specs import AggregateSpec, HistorySource, HistorySpec

_SOURCES: dict[tuple[RecordKind, ...], HistorySource] = {
    (RecordKind.EVENT_LOG,): "event_log",
    (RecordKind.WORK,): "work_history",
    (RecordKind.MAINTENANCE,): "maintenance_history",
    (RecordKind.WORK, RecordKind.MAINTENANCE): "work_and_maintenance",
    (RecordKind.MAINTENANCE, RecordKind.WORK): "work_and_maintenance",
    (): "work_and_maintenance",
}
_INSTALL = "install"
_PACKAGES: frozenset[tuple[str, object]] = frozenset({("ci_subtype", "package")})


def _history(reading: Reading) -> Draft:
    kinds = tuple(reading.kinds)
    if kinds not in _SOURCES:
        raise DoesNotFit
    item = reading.maybe(Slot.CI)
    span = reading.time("last_7d" if reading.says("RECENT") else ALL_TIME)
    filters = _filters(reading, kinds)
    history = HistorySpec(
        enabled=True,
        source=_SOURCES[kinds],
        scope="ci" if item else "all",
        time_range=span,
        filters=filters,
        limit=_limit(reading),
    )
    plan = Plan(
        intent=Intent.SEARCH, primary=only_item(reading), history=history, output=output("table")
    )
    nouns = " and ".join(NOUNS[kind] for kind in kinds) or "work and maintenance"
    of = f" of {item.value}" if item else ""
    return Draft(f"newest {nouns}{of}{conditions(filters)}{during(span)}", plan)


def _filters(reading: Reading, kinds: tuple[RecordKind, ...]) -> list[FilterSpec]:
    if len(kinds) == 1:
        return reading.filters(kinds[0])
    if any(mention.meanings for mention in reading.mentions):
        raise DoesNotFit
    return []


def _limit(reading: Reading) -> int:
    heads = reading.every(Slot.HEAD)
    is_one = reading.says("LAST") and all(not head.text.endswith("s") for head in heads)
    return (
        1 if is_one and not reading.every(Slot.LIMIT) else reading.number(Slot.LIMIT, LIST_LIMIT)
    )


def _installed(reading: Reading) -> Draft:
    source = source_of(RecordKind.EVENT_LOG, "event_type")
    events = reading.look_ups.called(source, _INSTALL)
    classes = reading.filters(RecordKind.CI)
    if _INSTALL not in events or [spec.value for spec in classes] != ["package"]:
        raise DoesNotFit
    span = reading.one(Slot.TIME).value
    filters = [FilterSpec(field="event_type", value=_INSTALL)]
    if not reading.says("COUNT"):
        history = HistorySpec(
            enabled=True, source="event_log", scope="all", time_range=span, filters=filters,
            limit=reading.number(Slot.LIMIT, LIST_LIMIT),
        )  # fmt: skip
        plan = Plan(intent=Intent.SEARCH, history=history, output=output("table"))
        return Draft(f"newest installations of packages{during(span)}", plan, _PACKAGES)
    groups = AggregateSpec(
        scope="event_log",
        metrics=["count_distinct(ci_id)", "count"],
        filters=filters,
        time_range=span,
    )
    plan = Plan(intent=Intent.AGGREGATE, aggregate=groups, output=output("number"))
    return Draft(f"count the packages installed{during(span)}", plan, _PACKAGES)


HISTORIES = (
    Kind(
        "installations",
        "What was installed in a span of time",
        ("ASK* COUNT? RECENT|LAST? CIS RECENT? INSTALLED",),
        _installed,
        ("Which packages were installed in the last 30 days?",),
    ),
    Kind(
        "history",
        "Events, work and maintenance",
        (
            "ASK* RECENT|LAST? HISTORY_OF HISTORY|DONE|RECENT?",
            "ASK* RECENT|LAST? WORK MAINT HISTORY?",
            "ASK* RECENT|LAST? MAINT WORK HISTORY?",
            "ASK* HISTORY HISTORY_OF",
            "ASK* HISTORY CI",
            "ASK* CI HISTORY",
        ),
        _history,
        (
            "Summarise events of severity 2 and above on srv-erp-01 in December 2025.",
            "Show the last 5 failed work items.",
        ),
    ),
)
