"""Questions how well work and maintenance went."""

from adapters.planners.rules.fields import fields_of, kind_of, type_field
from adapters.planners.rules.kind import Draft, Kind
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
from adapters.planners.rules.question import DoesNotFit, Reading
from domain.estate.fields import RecordKind

_FUNCTIONS = {"AVERAGE": "avg", "HIGHEST": "max", "LOWEST": "min"}


def _rate(reading: Reading) -> Draft:
    kind = kind_of(reading)
    if kind not in (RecordKind.WORK, RecordKind.MAINTENANCE):
        raise DoesNotFit
    result = "failed" if reading.says("FAILURE_RATE") else "success"
    measures = [f"share(result={result})", "count"]
    overall = aggregate(reading, kind, metrics=measures)
    span = during(overall.time_range or "all_time")
    phrase = f"share of {NOUNS[kind]} with result {result}{conditions(overall.filters)}{span}"
    is_ranking = reading.says("BEST", "WORST", "HIGHEST", "LOWEST")
    fields = fields_of(reading, kind) or ([type_field(kind)] if is_ranking else [])
    if not fields:
        return Draft(phrase, groups_plan(only_item(reading), overall, first="number"))
    ascending = reading.says("WORST", "LOWEST") != (
        result == "failed" and reading.says("BEST", "WORST")
    )
    by_kind = overall.model_copy(update={"group_by": fields, "ascending": ascending})
    chosen = [
        groups_step("overall", "Overall", groups=overall.model_copy(update={"ascending": False})),
        groups_step("by_kind", f"Per {', '.join(fields)}", groups=by_kind),
    ]
    return Draft(
        f"{phrase}, and the same per {', '.join(fields)}",
        steps(chosen, shown=output("table", "number")),
    )


def _duration(reading: Reading) -> Draft:
    kind = kind_of(reading)
    functions = [word for symbol, word in _FUNCTIONS.items() if reading.says(symbol)]
    if kind not in (RecordKind.WORK, RecordKind.MAINTENANCE) or len(functions) != 1:
        raise DoesNotFit
    measures = [f"{functions[0]}(duration_min)", "count"]
    fields = fields_of(reading, kind)
    groups = aggregate(reading, kind, group_by=fields, metrics=measures)
    groups = groups.model_copy(update={"ascending": False})
    plan = groups_plan(only_item(reading), groups, first="table" if fields else "number")
    per = f" per {', '.join(fields)}" if fields else ""
    span = during(groups.time_range or "all_time")
    named = f"{functions[0]} duration in minutes of {NOUNS[kind]}"
    return Draft(f"{named}{per}{conditions(groups.filters)}{span}", plan)


OUTCOMES = (
    Kind(
        "duration",
        "How long work and maintenance took",
        (
            "ASK* AVERAGE|HIGHEST|LOWEST DURATION WORK|MAINT",
            "ASK* AVERAGE|HIGHEST|LOWEST DURATION WORK|MAINT PER H? FIELD",
            "ASK* AVERAGE|HIGHEST|LOWEST WORK|MAINT DURATION",
        ),
        _duration,
        ("What is the average duration of maintenance?",),
    ),
    Kind(
        "success rate",
        "How well work and maintenance went",
        (
            "ASK* HIGHEST|LOWEST? RATE|FAILURE_RATE WORK|MAINT ASK* PER? FIELD? BEST|WORST?",
            "ASK* WORK|MAINT RATE|FAILURE_RATE ASK* PER? FIELD? BEST|WORST?",
            "ASK* FIELD WORK|MAINT HIGHEST|LOWEST|BEST|WORST RATE|FAILURE_RATE?",
            "ASK* WORK|MAINT FIELD HIGHEST|LOWEST|BEST|WORST RATE|FAILURE_RATE?",
        ),
        _rate,
        ("Success rate of maintenance; which kind is the best?",),
    ),
)
