"""The words of two estates: the demo estate, and a small machine."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache

from pydantic import BaseModel

from adapters.estates.demo.dataset import demo_estate
from domain.estate.fields import FIELDS, WORD_FIELDS, FieldType, RecordKind
from domain.estate.named import Named
from domain.estate.queries import Vocabulary
from domain.plan.look_ups import source_of
from tests.item_names import MemoryItemNames, MemoryNames

Values = Mapping[RecordKind, Mapping[str, tuple[str, ...]]]
NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)


@cache
def demo() -> Vocabulary:
    """Return the words of the demo estate as they are one day after its beginning."""
    estate = demo_estate(anchor=NOW, days=1)
    records: dict[RecordKind, Iterable[BaseModel]] = {
        RecordKind.CI: estate.cis,
        RecordKind.EVENT_LOG: estate.event_log,
        RecordKind.WORK: estate.work,
        RecordKind.MAINTENANCE: estate.maintenance,
        RecordKind.DOCUMENT: estate.documents,
        RecordKind.CEP_RULE: estate.cep_rules,
    }
    values = {kind: _values(kind, found) for kind, found in records.items()}
    return Vocabulary(
        values=values,
        metrics=tuple(metric.metric_name for metric in estate.metrics),
        cep_rules={rule.rule_name.lower(): rule.rule_id for rule in estate.cep_rules},
        items=MemoryItemNames({item.ci_code: item.ci_name for item in estate.cis}),
        names=_names(values),
    )


def _values(kind: RecordKind, records: Iterable[BaseModel]) -> dict[str, tuple[str, ...]]:
    texts = [field for field, type_ in FIELDS[kind].items() if type_ is FieldType.TEXT]
    return {
        field: tuple(
            sorted({value for record in records if (value := getattr(record, field, ""))})
        )
        for field in texts
    }


def _names(values: Values) -> MemoryNames:
    things: dict[str, list[Named]] = defaultdict(list)
    for kind, fields in values.items():
        for field in WORD_FIELDS[kind]:
            for value in fields.get(field, ()):
                source = source_of(kind, field)
                things[value].append(Named(kind="value", source=source, value=value, count=1))
    return MemoryNames(things)


def machine(*more_codes: str) -> Vocabulary:
    """Return the words of a machine whose packages have names such as "file" and "patch"."""
    codes = ("web01", "bash", "libc6", "libssl3", "file", "patch", "nginx-812", "tcp-443")
    values: Values = {
        RecordKind.CI: {
            "ci_type": ("HW", "SW"),
            "ci_subtype": ("package", "process", "port", "disk", "interface", "host"),
            "status": ("active", "inactive"),
        },
        RecordKind.EVENT_LOG: {"event_type": ("install", "upgrade", "remove")},
    }
    return Vocabulary(
        values=values,
        metrics=("cpu_usage", "memory_usage", "memory_rss", "disk_usage", "network_in"),
        cep_rules={},
        items=MemoryItemNames({code: code for code in (*codes, *more_codes)}),
        names=_names(values),
    )
