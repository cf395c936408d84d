"""What a rule says: what it reads, what of that counts, over which windows, and when it fires.

The content is the same in a file, in the estate and in a call: a trigger, what the trigger reads,
and a condition in CEL over `ci`, `metric` and `history`.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, ValidationError, model_validator

from domain.estate.errors import EstateError
from domain.estate.queries import MetricValue
from domain.estate.records import CepRule, Code, Level, Text
from domain.json import JsonMap
from domain.rules.cel_condition import read_maps
from domain.rules.condition import Conditions, Path, RulePart, fields_of
from domain.rules.schedule import due_at
from domain.times import duration_text
from domain.tools.invalid_params import describe_invalid

ALWAYS: Final = "true"
EACH_ITEM: Final = "ci_code"
USUAL_INTERVAL: Final = 300
Seconds = Annotated[int, Field(ge=1, le=366 * 86_400)]
_NEEDED: Final = {
    "tumbling": {"size_seconds"},
    "sliding": {"size_seconds", "slide_seconds"},
    "session": {"gap_seconds"},
}


class WrongRule(EstateError):
    """A rule cannot be evaluated: the message names the field, the value and what is allowed."""


class Aggregation(RulePart):
    """One figure of the records of a window for each value of `group_by`; None: one of all.

    Without `field` it is of a metric's values; records are then counted. A percentile lies between
    the two nearest values; `std` is that of a sample.
    """

    type: Literal["count", "sum", "avg", "min", "max", "std", "percentile", "last"] = "count"
    field: Path | None = None
    group_by: Path | None = EACH_ITEM
    percentile_value: float | None = Field(None, ge=0, le=100)

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if (self.type == "percentile") != (self.percentile_value is not None):
            msg = "percentile_value is there for the type percentile, and only for that"
            raise ValueError(msg)
        return self


class Window(RulePart):
    """Half-open spans of time in UTC, counted from 1970.

    `tumbling` ones follow each other, `sliding` ones begin every `slide_seconds`; a `session`
    lasts until nothing comes for `gap_seconds`.
    """

    type: Literal["tumbling", "sliding", "session"] = "tumbling"
    size_seconds: Seconds | None = None
    slide_seconds: Seconds | None = None
    gap_seconds: Seconds | None = None

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if _NEEDED[self.type] != {name for name, each in self if isinstance(each, int)}:
            needed = " and ".join(sorted(_NEEDED[self.type]))
            msg = f"a {self.type} window has {needed}, and no more"
            raise ValueError(msg)
        if self.size_seconds and (self.slide_seconds or 0) > self.size_seconds:
            msg = f"slide_seconds is at most size_seconds, got {self.slide_seconds}"
            raise ValueError(msg)
        return self

    def __str__(self) -> str:
        """Return the window in words."""
        given = (self.size_seconds, self.slide_seconds, self.gap_seconds)
        size, slide, gap = (duration_text((each or 0) * 1000) for each in given)
        sliding = f", one every {slide}" if self.slide_seconds else ""
        if self.type == "session":
            return f"sessions that end when nothing comes for {gap}"
        return f"{self.type} windows of {size}{sliding}"


class Anomaly(RulePart):
    """How far a figure must be from those of the windows before it, in their own spread.

    `zscore` counts standard deviations from the mean, `iqr` interquartile ranges from the
    quartiles, `ema` standard deviations of the errors of an exponential moving average.
    """

    method: Literal["zscore", "iqr", "ema"] = "zscore"
    threshold: float | None = Field(None, gt=0, le=1000, description="None: 3; of iqr 1.5.")
    alpha: float = Field(0.3, gt=0, le=1)
    baseline: int = Field(30, ge=5, le=200, description="How many windows before it count.")


class Trigger(RulePart):
    """What a rule reads, of which items, and what must be true of it.

    `where` says which records count, `when` what the maps `ci`, `metric` and `history` must hold;
    `op` and `threshold` are for the figure. `agg` is short for an aggregation for each item.
    Without a window, there are tumbling ones as long as `time_range`.
    """

    metric_name: Code | None = None
    source: Literal["event_log", "work_history", "maintenance_history"] = "event_log"
    time_range: str = Field("last_24h", max_length=100)
    agg: MetricValue = "last"
    aggregation: Aggregation | None = None
    where: Conditions | None = None
    when: Conditions | None = None
    window: Window | None = None
    op: Literal[">", "<", ">=", "<=", "=="] | None = None
    threshold: float | None = None
    anomaly: Anomaly | None = None
    cron: str | None = Field(None, max_length=200)
    interval_seconds: Seconds | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.op is None) != (self.threshold is None):
            msg = "op and threshold are there together"
            raise ValueError(msg)
        if self.cron is not None:
            next(due_at(self.cron, 0, 0), None)  # which refuses what is no cron
        if self.cron is not None and self.interval_seconds is not None:
            msg = "a schedule has a cron or interval_seconds, not both"
            raise ValueError(msg)
        return self


class Rule(RulePart):
    """A rule; `unused` are the names in its trigger that say nothing to it."""

    rule_id: Code = "rule"
    rule_name: Text | None = None
    trigger_type: Literal["metric", "event", "schedule", "anomaly"]
    trigger_spec: Trigger = Trigger()
    condition: Annotated[str, Field(min_length=1, max_length=4096)] = ALWAYS
    action_spec: JsonMap = {}
    severity: Level = 3
    is_active: bool = True
    unused: tuple[str, ...] = Field((), exclude=True)

    @model_validator(mode="after")
    def _can_be_computed(self) -> Self:
        spec = self.trigger_spec.aggregation
        if spec and self.map_name == "history" and spec.type != "count" and spec.field is None:
            msg = f"trigger_spec.aggregation.field: {spec.type} of records needs a field"
            raise ValueError(msg)
        return self

    @property
    def map_name(self) -> Literal["metric", "history"]:
        """The map that the figure of a window is in."""
        is_metric = self.trigger_type != "event" and self.trigger_spec.metric_name
        return "metric" if is_metric else "history"

    @property
    def group_by(self) -> str | None:
        """The field that groups records; None: they are one group."""
        spec = self.trigger_spec.aggregation
        return EACH_ITEM if spec is None else spec.group_by

    @property
    def value_path(self) -> str:
        """Where in the maps the figure is."""
        spec = self.trigger_spec.aggregation
        is_count = self.map_name == "history" and (spec is None or spec.type == "count")
        return "history.count" if is_count else f"{self.map_name}.value"

    @property
    def further_paths(self) -> list[str]:
        """The paths into the maps that are read beside the condition, each once."""
        trigger = self.trigger_spec
        of_value = [self.value_path] if trigger.op or trigger.anomaly else []
        return list(dict.fromkeys([*of_value, *fields_of(trigger.when)]))

    @property
    def read_maps(self) -> frozenset[str]:
        """Which of the maps the rule reads."""
        return read_maps(self.condition) | {path.partition(".")[0] for path in self.further_paths}

    def figure_of(self, name: str) -> Aggregation:
        """Return how the records of a map become its figure.

        Raises `WrongRule` for what only counters have.
        """
        trigger = self.trigger_spec
        if name == self.map_name and trigger.aggregation:
            return trigger.aggregation
        if name == "metric" and trigger.agg in ("increase", "rate"):
            msg = f"trigger_spec.agg: {trigger.agg} can be simulated, but not over windows"
            raise WrongRule(msg)
        return Aggregation.model_validate({"type": trigger.agg if name == "metric" else "count"})

    def trigger_in_words(self) -> str:
        """Return what it reads, of what, and over which windows."""
        trigger, spec = self.trigger_spec, self.trigger_spec.aggregation
        is_metric, by = self.map_name == "metric", self.group_by
        figure = spec.type if spec else trigger.agg if is_metric else "count"
        where = f" where {trigger.where}" if trigger.where else ""
        read = f"{figure} of {trigger.metric_name if is_metric else trigger.source}{where}"
        window = f"over {trigger.window or trigger.time_range}"
        every = trigger.cron or f"every {trigger.interval_seconds or USUAL_INTERVAL} s"
        due = f", due {every}" if self.trigger_type == "schedule" else ""
        return f"{read}{f' by {by}' if by else ''} {window}{due}"

    def condition_in_words(self) -> str:
        """Return when it fires."""
        trigger, parts = self.trigger_spec, list[str]()
        if trigger.op:
            parts.append(f"{self.value_path} {trigger.op} {trigger.threshold}")
        if trigger.anomaly:
            parts.append(f"{self.value_path} is an anomaly by {trigger.anomaly.method}")
        parts += [str(trigger.when)] if trigger.when else []
        parts += [self.condition] if self.condition != ALWAYS or not parts else []
        return " and ".join(parts)


_OF_TRIGGERS: Final = frozenset(Trigger.model_fields)


def rule_of(record: CepRule) -> Rule:
    """Return the rule that a record of an estate is. Raises `WrongRule`.

    Names in its trigger that rules do not have are left out, and are its `unused` ones.
    """
    spec = {name: each for name, each in record.trigger_spec.items() if name in _OF_TRIGGERS}
    unused = tuple(sorted(set(record.trigger_spec) - _OF_TRIGGERS))
    try:
        return Rule.model_validate({**dict(record), "trigger_spec": spec, "unused": unused})
    except ValidationError as error:
        raise WrongRule(describe_invalid(error, subject=f"rule {record.rule_id}")) from error
