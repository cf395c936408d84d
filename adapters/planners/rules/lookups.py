"""Questions about one configuration item, lists of several, and what a rule would do to one."""

from adapters.planners.rules.fields import fields_of
from adapters.planners.rules.kind import Draft, Kind
from adapters.planners.rules.mentions import Slot
from adapters.planners.rules.parts import (
    BY_CODE,
    LAST_DAY,
    LIST_LIMIT,
    NOUNS,
    conditions,
    during,
    item,
    output,
)
from adapters.planners.rules.question import DoesNotFit, Reading, refuse_presence
from domain.estate.fields import RecordKind
from domain.plan.intent import Intent
from domain.plan.plan import Plan
from domain.plan.specs import AggregateSpec, CepSpec, ListSpec, MetricSpec, PrimarySpec


def _simulate(reading: Reading) -> Draft:
    rule, mention = reading.one(Slot.RULE).value, reading.one(Slot.CI).value
    metric = reading.maybe(Slot.METRIC)
    span = reading.time(LAST_DAY)
    value = MetricSpec(metric_name=metric.value, agg="last", time_range=span) if metric else None
    plan = Plan(
        intent=Intent.LOOKUP,
        primary=item(mention),
        cep=CepSpec(rule_id=rule),
        metric=value,
        output=output("table"),
    )
    using = f" with its last {metric.value}{during(span)}" if metric else ""
    return Draft(f"simulate rule {rule} for {mention}{using}", plan)


SIMULATIONS = (
    Kind(
        "simulation",
        "What a rule would do",
        (
            "ASK* SIMULATE RULE CI METRIC?",
            "ASK* SIMULATE CI RULE METRIC?",
            "ASK* SIMULATE RULE METRIC CI",
        ),
        _simulate,
        ("Simulate rule rule-high-cpu for srv-erp-01.",),
    ),
)


_OWN_FIELDS = {"name", "code", "status"}
_WITH = {"with", "and", "their", "its", "including"}


def _lookup(reading: Reading) -> Draft:
    mention = reading.one(Slot.CI)
    fields = ", ".join(fields_of(reading, RecordKind.CI))
    wanted = f"{fields} of" if fields else "record of"
    plan = Plan(intent=Intent.LOOKUP, primary=item(mention.value), output=output("table", "text"))
    return Draft(f"{wanted} {mention.value}", plan)


def _state_check(reading: Reading) -> Draft:
    """Answer "is srv-erp-01 active": count the item among those in that state, and show it."""
    mention = reading.one(Slot.CI)
    filters = reading.filters(RecordKind.CI)
    if not filters:
        raise DoesNotFit
    groups = AggregateSpec(scope="ci", metrics=["count"], filters=filters)
    plan = Plan(
        intent=Intent.LOOKUP,
        primary=item(mention.value),
        aggregate=groups,
        output=output("table", "number"),
    )
    return Draft(f"record of {mention.value}, and whether it is one{conditions(filters)}", plan)


def _list(reading: Reading) -> Draft:
    refuse_presence(reading)
    fields_of(reading, RecordKind.CI)
    if not _shows_fields(reading):
        raise DoesNotFit
    filters = reading.filters(RecordKind.CI)
    limit = reading.number(Slot.LIMIT, LIST_LIMIT)
    plan = Plan(
        intent=Intent.LIST,
        primary=PrimarySpec(filters=filters),
        list=ListSpec(enabled=True, limit=limit, sort=[BY_CODE]),
        output=output("table"),
    )
    return Draft(f"list {NOUNS[RecordKind.CI]}{conditions(filters)}", plan)


def _shows_fields(reading: Reading) -> bool:
    """Tell "servers with their owners" from "server types", which asks for groups."""
    fields = [at for at, mention in enumerate(reading.mentions) if mention.slot is Slot.FIELD]
    heads = [at for at, mention in enumerate(reading.mentions) if mention.slot is Slot.HEAD]
    if not fields:
        return True
    if fields[0] < heads[0]:
        named = {reading.mentions[at].value for at in fields}
        return named <= _OWN_FIELDS and not reading.says("WHICH")
    return any(m.text in _WITH for m in reading.mentions[heads[0] : fields[0]])


LOOKUPS = (
    Kind(
        "state check",
        "Whether an item is in a state",
        ("EXISTS? CI",),
        _state_check,
        ("Is srv-erp-01 active?",),
    ),
    Kind(
        "lookup",
        "One configuration item",
        ("ASK* FIELD|FACTS* CI FIELD|FACTS*", "ASK* OVERALL CI", "WHICH OWNED CI"),
        _lookup,
        ("What state is ERP System in?", "Tell me the state and basic facts of srv-erp-01."),
    ),
    Kind(
        "list",
        "A list of configuration items",
        ("ASK* FIRST? CIS RUNNING|INSTALLED? FIELD|FACTS*", "ASK* FIELD+ CIS RUNNING|INSTALLED?"),
        _list,
        (
            "List active servers in zone-a.",
            "List servers owned by erp-platform that are in monitoring.",
        ),
    ),
)
