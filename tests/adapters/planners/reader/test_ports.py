"""Which ports a process listens on, on a machine of its own."""

from functools import cache

import pytest
from pydantic import JsonValue

from adapters.planners.reader.planner import meant
from domain.estate.port import EstateDataset
from domain.estate.queries import Vocabulary
from domain.estate.records import ConfigurationItem, Relation, RelationType
from domain.plan.look_ups import EstateLookUps
from tests.adapters.planners.vocabularies import NOW, vocabulary_of


@cache
def machine() -> Vocabulary:
    processes = [_item(f"p-{name}", name, "process", pid=pid) for pid, name in PROCESSES]
    ports = [_item(f"tcp-{port}", f"Port {port}/tcp", "port", port=port) for port in OPEN]
    opened = [
        Relation(source_id=f"tcp-{port}", target_id=f"p-{name}", rel_type=RelationType.RUNS_ON)
        for port, name in OPEN.items()
    ]
    return vocabulary_of(EstateDataset(source="test", cis=[*processes, *ports], relations=opened))


PROCESSES = ((812, "nginx"), (901, "sshd"))
OPEN = {80: "nginx", 443: "nginx", 22: "sshd"}


def _item(code: str, name: str, subtype: str, **attributes: JsonValue) -> ConfigurationItem:
    return ConfigurationItem(
        ci_id=code, ci_code=code, ci_name=name, ci_type="SW", ci_subtype=subtype,
        attributes=attributes,
    )  # fmt: skip


@pytest.mark.parametrize(
    "question",
    [
        "on which ports does process nginx listen",
        "which ports does nginx listen on",
        "on which ports is nginx listening",
        "ports of nginx",
    ],
)
def test_the_ports_of_a_process_are_those_related_to_it(question: str) -> None:
    look_ups = EstateLookUps(machine(), question)
    (ask,) = meant(question, look_ups, NOW).query.asks
    records = machine().records
    assert records is not None
    found = records.found(ask.model_dump(mode="json"), NOW)
    assert sorted(str(row["ci_code"]) for row in found) == ["tcp-443", "tcp-80"]
