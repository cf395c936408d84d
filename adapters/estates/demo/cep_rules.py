"""The six rules of the demo estate; they read the maps `ci`, `metric` and `history`."""

from domain.estate.records import CepRule
from domain.json import JsonMap

_LAST_DAY: JsonMap = {"time_range": "last_24h"}
_HIGHEST_CPU: JsonMap = {"metric_name": "cpu_usage", "agg": "max", **_LAST_DAY}

_RULES = (
    CepRule(rule_id="rule-high-cpu", rule_name="High CPU", trigger_type="metric",
            condition="metric.value > 80.0", severity=4, trigger_spec=_HIGHEST_CPU,
            action_spec={"type": "notify", "channel": "platform-ops"}),
    CepRule(rule_id="rule-memory-pressure", rule_name="Memory pressure", trigger_type="metric",
            condition="metric.value > 75.0",
            trigger_spec={"metric_name": "memory_usage", "agg": "max", **_LAST_DAY},
            action_spec={"type": "notify", "channel": "platform-ops"}),
    CepRule(rule_id="rule-hot-server", rule_name="Server too warm", trigger_type="anomaly",
            condition="ci.ci_subtype == 'server' && metric.value > 44.0",
            trigger_spec={"metric_name": "temperature", "agg": "max", **_LAST_DAY},
            action_spec={"type": "notify", "channel": "facility"}),
    CepRule(rule_id="rule-event-burst", rule_name="Many events at once", trigger_type="event",
            condition="history.count >= 10", severity=4,
            trigger_spec={"source": "event_log", **_LAST_DAY},
            action_spec={"type": "notify", "channel": "on-call"}),
    CepRule(rule_id="rule-overload-with-events", rule_name="Overload with events",
            trigger_type="event", condition="metric.value > 90.0 && history.count > 0", severity=5,
            trigger_spec={"source": "event_log", **_HIGHEST_CPU},
            action_spec={"type": "webhook", "channel": "incident"}),
    CepRule(rule_id="rule-nightly-state", rule_name="Nightly check of states",
            trigger_type="schedule", condition="ci.status != 'active'", severity=1,
            trigger_spec={"cron": "0 2 * * *"}, action_spec={"type": "store"}),
)  # fmt: skip


def demo_cep_rules() -> list[CepRule]:
    """Return the rules, one at least of each trigger."""
    return list(_RULES)
