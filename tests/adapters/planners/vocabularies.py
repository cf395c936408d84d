"""The words of two estates: the demo estate, and a small machine."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

from pydantic import BaseModel

from adapters.estates.demo.dataset import demo_estate
from domain.estate.fields import FIELDS, FieldType, RecordKind
from domain.estate.queries import Vocabulary

NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)


@cache
def demo() -> Vocabulary:
    """Return the words of the demo estate as they are one day after its beginning."""
    estate = demo_estate(anchor=NOW, days=1)
    names: dict[str, list[str]] = defaultdict(list)
    for item in estate.cis:
        names[item.ci_name.lower()].append(item.ci_code)
    records: dict[RecordKind, Iterable[BaseModel]] = {
        RecordKind.CI: estate.cis,
        RecordKind.EVENT_LOG: estate.event_log,
        RecordKind.WORK: estate.work,
        RecordKind.MAINTENANCE: estate.maintenance,
        RecordKind.DOCUMENT: estate.documents,
        RecordKind.CEP_RULE: estate.cep_rules,
    }
    return Vocabulary(
        values={kind: _values(kind, found) for kind, found in records.items()},
        ci_codes={item.ci_code.lower(): item.ci_code for item in estate.cis},
        ci_names={name: tuple(codes) for name, codes in names.items()},
        metrics=tuple(metric.metric_name for metric in estate.metrics),
        cep_rules={rule.rule_name.lower(): rule.rule_id for rule in estate.cep_rules},
    )


def _values(kind: RecordKind, records: Iterable[BaseModel]) -> dict[str, tuple[str, ...]]:
    texts = [field for field, type_ in FIELDS[kind].items() if type_ is FieldType.TEXT]
    return {
        field: tuple(
            sorted({value for record in records if (value := getattr(record, field, ""))})
        )
        for field in texts
    }


def machine() -> Vocabulary:
    """Return the words of a machine whose packages have names such as "file" and "patch"."""
    codes = ("web01", "bash", "libc6", "libssl3", "file", "patch", "nginx-812", "tcp-443")
    return Vocabulary(
        values={
            RecordKind.CI: {
                "ci_type": ("HW", "SW"),
                "ci_subtype": ("package", "process", "port", "disk", "interface", "host"),
                "status": ("active", "inactive"),
            },
            RecordKind.EVENT_LOG: {"event_type": ("install", "upgrade", "remove")},
        },
        ci_codes={code: code for code in codes},
        ci_names={code: (code,) for code in codes},
        metrics=("cpu_usage", "memory_usage", "memory_rss", "disk_usage", "network_in"),
        cep_rules={},
    )
