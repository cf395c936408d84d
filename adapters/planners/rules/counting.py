"""Questions answered by numbers: counts, distributions, shares, what is most frequent."""

from adapters.planners.rules.fields import fields_of, kind_of, type_field
from adapters.planners.rules.kind import Draft, Kind
from adapters.planners.rules.mentions import Slot
from adapters.planners.rules.parts import (
    NOUNS,
    aggregate,
    conditions,
    during,
    groups_plan,
    groups_step,
    only_item,
    output,
    steps,
)
from adapters.planners.rules.question import DoesNotFit, Reading, filters_of, refuse_presence
from domain.estate.fields import RecordKind
from domain.plan.plan import Plan
from domain.plan.specs import AggregateSpec, BlockKind, PrimarySpec


def _plan(reading: Reading, groups: AggregateSpec, *, first: BlockKind) -> Plan:
    return groups_plan(_of_item(reading), groups, first=first)


def _of_item(reading: Reading) -> PrimarySpec:
    if reading.every(Slot.CI) and RecordKind.CI in reading.kinds:
        raise DoesNotFit
    return only_item(reading)


def _about(reading: Reading, groups: AggregateSpec) -> str:
    of = "".join(f" of {mention.value}" for mention in reading.every(Slot.CI))
    return f"{of}{conditions(groups.filters)}{during(groups.time_range or 'all_time')}"


def _count(reading: Reading) -> Draft:
    kind = kind_of(reading)
    refuse_presence(reading)
    several = [spec.field for spec in reading.filters(kind) if spec.op == "IN"]
    groups = aggregate(reading, kind, group_by=several)
    return Draft(
        f"count {NOUNS[kind]}{_about(reading, groups)}", _plan(reading, groups, first="number")
    )


def _distribution(reading: Reading) -> Draft:
    kind = kind_of(reading)
    fields = fields_of(reading, kind) or [type_field(kind)]
    groups = aggregate(reading, kind, group_by=fields)
    phrase = f"count {NOUNS[kind]} per {' and '.join(fields)}{_about(reading, groups)}"
    return Draft(phrase, _plan(reading, groups, first="table"))


def _ranked_types(reading: Reading) -> Draft:
    if reading.kinds == [RecordKind.CI] and not reading.every(Slot.FIELD):
        raise DoesNotFit
    draft = _distribution(reading)
    order = "rarest first" if draft.plan.aggregate.ascending else "most frequent first"
    return Draft(f"{draft.phrase}, {order}", draft.plan)


def _different(reading: Reading) -> Draft:
    kind = kind_of(reading)
    fields = fields_of(reading, kind)
    if len(fields) != 1:
        raise DoesNotFit
    groups = aggregate(reading, kind, metrics=[f"count_distinct({fields[0]})"])
    phrase = f"count the different values of {fields[0]} of {NOUNS[kind]}{_about(reading, groups)}"
    return Draft(phrase, _plan(reading, groups, first="number"))


def _exists(reading: Reading) -> Draft:
    kind = kind_of(reading)
    refuse_presence(reading)
    filters = reading.filters(kind)
    fields = [
        spec.field for spec in filters if spec.op == "=" and not spec.field.startswith("ci_")
    ]
    if kind is not RecordKind.CI or not fields:
        return _count(reading)
    matching = aggregate(reading, kind)
    others = [spec for spec in filters if spec.field != fields[0]]
    around = AggregateSpec(scope="ci", group_by=[fields[0]], metrics=["count"], filters=others)
    chosen = [
        groups_step("matching", "How many match", groups=matching),
        groups_step("around", f"All by {fields[0]}", groups=around),
    ]
    phrase = f"count {NOUNS[kind]}{_about(reading, matching)}, and all of them per {fields[0]}"
    return Draft(phrase, steps(chosen, shown=output("number", "table")))


def _kinds_and_one(reading: Reading) -> Draft:
    """Answer "which kinds of maintenance were done, and how many reboots"."""
    kind = kind_of(reading)
    if fields_of(reading, kind) != [type_field(kind)]:
        raise DoesNotFit
    one = aggregate(reading, kind)
    every = one.model_copy(update={"filters": [], "group_by": [type_field(kind)]})
    chosen = [
        groups_step("kinds", "All kinds", groups=every),
        groups_step("one", "The one asked for", groups=one),
    ]
    phrase = f"count {NOUNS[kind]} per {type_field(kind)}, and those{_about(reading, one)}"
    return Draft(phrase, steps(chosen, shown=output("table", "number")))


def _share(reading: Reading) -> Draft:
    """Answer "which percentage of servers is active": measure the one condition on the class."""
    kind = kind_of(reading)
    narrowing = reading.every(Slot.WHERE) or [h for h in reading.every(Slot.HEAD) if h.meanings]
    filters = reading.filters(kind)
    measured = filters_of(narrowing, kind)
    if len(measured) != 1 or measured[0].op != "=":
        raise DoesNotFit
    field, value = measured[0].field, measured[0].value
    groups = aggregate(reading, kind, metrics=[f"share({field}={value})", "count"])
    groups = groups.model_copy(update={"filters": [f for f in filters if f not in measured]})
    phrase = f"share of {NOUNS[kind]}{_about(reading, groups)} with {field} {value}"
    return Draft(phrase, _plan(reading, groups, first="number"))


COUNTING = (
    Kind(
        "share",
        "Which part of the records",
        ("ASK* SHARE H H?", "ASK* SHARE H INSTALLED?"),
        _share,
        ("What percentage of servers is in monitoring?",),
    ),
    Kind(
        "different",
        "How many different values there are",
        (
            "ASK* COUNT DIFFERENT H? FIELD H?",
            "ASK* COUNT H? FIELD H? DIFFERENT?",
            "ASK* COUNT FIELD TOTAL?",
        ),
        _different,
        ("How many different CI names exist?", "How many owners are there?"),
    ),
    Kind(
        "kinds and one",
        "Which kinds there are, and how many of one of them",
        ("ASK* FIELD WORK DONE? ASK* COUNT WORK", "ASK* FIELD MAINT DONE? ASK* COUNT MAINT"),
        _kinds_and_one,
        ("Which kinds of maintenance were done, and how many reboots?",),
    ),
    Kind(
        "count",
        "How many there are",
        (
            "ASK* COUNT|TOTAL H RUNNING|INSTALLED|DONE? TOTAL?",
            "ASK* H COUNT TOTAL?",
            "ASK* COUNT TOTAL H",
        ),
        _count,
        (
            "How many configuration items are there in total?",
            "How many events of severity 5 happened?",
        ),
    ),
    Kind(
        "exists",
        "Whether there is any",
        ("EXISTS H RUNNING|INSTALLED?",),
        _exists,
        ("Is any CI inactive?",),
    ),
    Kind(
        "ranked types",
        "What is most or least frequent",
        (
            "ASK* FIELD? H FIELD? MOST|LEAST",
            "ASK* TOP? MOST|LEAST FIELD? H FIELD?",
            "ASK* TOP FIELD H",
            "ASK* TOP H FIELD",
            "ASK* FIELD MOST|LEAST",
            "ASK* MOST|LEAST FIELD",
            "ASK* RANK COUNT? H PER? FIELD",
            "ASK* RANK FIELD PER? H? COUNT? H?",
        ),
        _ranked_types,
        (
            "Which event type occurs most often?",
            "Name the three most common event types.",
            "Rank the number of events by severity.",
        ),
    ),
    Kind(
        "distribution",
        "How records are distributed",
        (
            "ASK* DISTRIBUTION H? PER? FIELD+ H?",
            "ASK* FIELD H? DISTRIBUTION",
            "ASK* H FIELD+ DISTRIBUTION",
            "ASK* DISTRIBUTION H",
            "ASK* H DISTRIBUTION PER? FIELD*",
            "ASK* COUNT? H PER H? FIELD+",
            "ASK* COUNT PER FIELD+",
            "ASK* H PER FIELD+ COUNT?",
            "ASK* FIELD H DONE?",
            "WHICH FIELD",
            "ASK* COUNT H ASK* FIELD ASK* MOST?",
            "ASK* H FIELD",
        ),
        _distribution,
        ("Show how CI types are distributed.", "How many servers are there per zone?"),
    ),
)
