"""Questions what was installed in a span of time: the event log of a package manager knows."""

from adapters.planners.rules.kind import Draft, Kind
from adapters.planners.rules.mentions import Slot
from adapters.planners.rules.parts import LIST_LIMIT, output
from adapters.planners.rules.phrases import during
from adapters.planners.rules.question import DoesNotFit, Reading
from domain.estate.fields import RecordKind
from domain.estate.queries import FilterSpec
from domain.plan.intent import Intent
from domain.plan.plan import Plan
from domain.plan.specs import AggregateSpec, HistorySpec

_INSTALL = "install"
_PACKAGES: frozenset[tuple[str, object]] = frozenset({("ci_subtype", "package")})


def _installed(reading: Reading) -> Draft:
    events = reading.vocabulary.values.get(RecordKind.EVENT_LOG, {}).get("event_type", ())
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


INSTALLATIONS = (
    Kind(
        "installations",
        "What was installed in a span of time",
        ("ASK* COUNT? RECENT|LAST? CIS RECENT? INSTALLED",),
        _installed,
        ("Which packages were installed in the last 30 days?",),
    ),
)
