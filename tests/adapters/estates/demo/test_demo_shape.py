from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import cel
import pytest

from adapters.estates.demo.dataset import demo_estate
from domain.estate.port import EstateDataset
from domain.estate.records import Relation, RelationType

ANCHOR = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def estate() -> EstateDataset:
    return demo_estate(anchor=ANCHOR)


def test_there_are_280_items_of_the_known_kinds(estate: EstateDataset) -> None:
    assert Counter(item.ci_subtype for item in estate.cis) == {
        "business_system": 3,
        "control_system": 2,
        "monitoring_system": 3,
        "server": 43,
        "network": 16,
        "storage": 8,
        "security": 8,
        "os": 43,
        "db": 19,
        "was": 43,
        "web": 22,
        "app": 70,
    }


@pytest.mark.parametrize(
    ("field", "counts"),
    [
        ("ci_type", {"SW": 197, "HW": 75, "SYSTEM": 8}),
        ("status", {"active": 259, "monitoring": 21}),
        ("location", {"zone-a": 103, "zone-b": 88, "zone-c": 89}),
        ("environment", {"production": 237, "staging": 43}),
    ],
)
def test_items_are_distributed_as_known(
    estate: EstateDataset, field: str, counts: dict[str, int]
) -> None:
    assert Counter(getattr(item, field) for item in estate.cis) == counts


def test_codes_and_names_of_items_are_unique(estate: EstateDataset) -> None:
    assert len({item.ci_code for item in estate.cis}) == 280
    assert len({item.ci_name for item in estate.cis}) == 280


def test_the_zone_is_location_and_attribute(estate: EstateDataset) -> None:
    assert all(item.attributes["zone"] == item.location for item in estate.cis)


def test_the_known_items_are_there(estate: EstateDataset) -> None:
    items = {item.ci_code: item for item in estate.cis}
    assert items["sys-erp"].ci_name == "ERP System"
    assert items["srv-erp-01"].status == "monitoring"
    assert {"app-erp-order-01-1", "app-erp-alert-04-2", "storage-erp"} <= items.keys()
    assert "srv-erp-99" not in items


def test_the_last_server_of_each_system_is_staging_with_its_software(
    estate: EstateDataset,
) -> None:
    staging = {item.ci_code for item in estate.cis if item.environment == "staging"}
    hosts = {code for code in staging if code.startswith("srv-")}
    deployed = {
        relation.source_id
        for relation in estate.relations
        if relation.rel_type is RelationType.DEPLOYED_ON and relation.target_id in hosts
    }
    assert len(hosts) == 8
    assert staging == hosts | deployed


def test_relations_have_the_known_counts(estate: EstateDataset) -> None:
    counts = Counter(relation.rel_type for relation in estate.relations)
    assert counts == {
        RelationType.COMPOSED_OF: 272,
        RelationType.DEPLOYED_ON: 197,
        RelationType.RUNS_ON: 154,
        RelationType.USES: 43,
        RelationType.PROTECTED_BY: 43,
        RelationType.CONNECTED_TO: 86,
        RelationType.DEPENDS_ON: 154,
    }


def test_no_relation_is_told_twice_or_leads_out_of_the_estate(estate: EstateDataset) -> None:
    ids = {item.ci_id for item in estate.cis}
    ends = {end for relation in estate.relations for end in _ends(relation)}
    assert len(set(estate.relations)) == len(tuple(estate.relations))
    assert ends == ids


def _ends(relation: Relation) -> tuple[str, str]:
    return relation.source_id, relation.target_id


def test_every_application_depends_on_a_database_of_its_environment(
    estate: EstateDataset,
) -> None:
    environment = {item.ci_id: item.environment for item in estate.cis}
    found = {
        relation.source_id
        for relation in estate.relations
        if relation.rel_type is RelationType.DEPENDS_ON
        and relation.target_id.startswith("db-")
        and environment[relation.source_id] == environment[relation.target_id]
    }
    assert found == {item.ci_id for item in estate.cis if item.ci_subtype == "app"}


def test_the_year_has_its_work_and_maintenance(estate: EstateDataset) -> None:
    assert Counter(item.work_type for item in estate.work) == {
        "audit": 455,
        "integration": 433,
        "upgrade": 423,
        "deployment": 420,
    }
    assert Counter(item.maint_type for item in estate.maintenance) == {
        "capacity": 384,
        "patch": 378,
        "inspection": 369,
        "reboot": 347,
    }


def test_work_and_maintenance_succeed_mostly_and_fail_sometimes(estate: EstateDataset) -> None:
    for results in (
        Counter(item.result for item in estate.work),
        Counter(item.result for item in estate.maintenance),
    ):
        assert results["success"] > results["degraded"] > results["failed"] > 20


def test_documents_have_the_known_shape(estate: EstateDataset) -> None:
    documents = estate.documents
    assert Counter(document.document_type for document in documents) == {"pdf": 78, "txt": 54}
    assert Counter(document.status for document in documents) == {"done": 79, "queued": 53}
    assert max(document.size_bytes or 0 for document in documents) == 8_080_776
    assert all(document.content for document in documents)
    assert len({document.title for document in documents}) == 132


def test_every_rule_has_a_condition_that_answers_true_or_false(estate: EstateDataset) -> None:
    maps = {
        "ci": {"ci_subtype": "server", "status": "active"},
        "metric": {"value": 91.5},
        "history": {"count": 12},
    }
    verdicts = [cel.compile(rule.condition).execute(maps) for rule in estate.cep_rules]
    assert verdicts == [True, True, True, True, True, False]


def test_there_are_about_a_thousand_entries_a_day(estate: EstateDataset) -> None:
    assert 31 * 950 <= len(tuple(estate.event_log)) <= 31 * 1080
    assert len({entry.entry_id for entry in estate.event_log}) == len(tuple(estate.event_log))


def test_every_day_before_the_anchor_has_entries_and_no_entry_is_later(
    estate: EstateDataset,
) -> None:
    days = Counter((ANCHOR - entry.occurred_at).days for entry in estate.event_log)
    assert set(days) - {31} == set(range(31))
    assert tuple(estate.event_log)[-1].occurred_at <= ANCHOR
    assert tuple(estate.event_log)[-1].occurred_at > ANCHOR - timedelta(hours=1)


def test_history_and_event_log_name_items_of_the_estate(estate: EstateDataset) -> None:
    ids = {item.ci_id for item in estate.cis}
    named = {entry.ci_id for entry in estate.event_log}
    named |= {item.ci_id for item in estate.work} | {item.ci_id for item in estate.maintenance}
    assert named <= ids


def test_nothing_ended_after_the_anchor(estate: EstateDataset) -> None:
    ends = [item.ended_at for item in estate.work] + [item.ended_at for item in estate.maintenance]
    assert all(ended_at is not None and ended_at <= ANCHOR for ended_at in ends)


def test_the_same_arguments_give_the_same_records() -> None:
    first, second = (demo_estate(anchor=ANCHOR, days=2) for _ in range(2))
    assert list(first.metric_points) == list(second.metric_points)
    for kind in ("cis", "relations", "event_log", "work", "maintenance", "documents"):
        assert getattr(first, kind) == getattr(second, kind)


def test_another_seed_gives_other_records_of_the_same_shape(estate: EstateDataset) -> None:
    other = demo_estate(anchor=ANCHOR, seed=7)
    assert other.event_log != estate.event_log
    assert other.work != estate.work
    assert Counter(item.location for item in other.cis) == Counter(
        item.location for item in estate.cis
    )


def test_an_anchor_in_another_zone_gives_the_same_points_in_utc() -> None:
    local = ANCHOR.astimezone(timezone(timedelta(hours=9)))
    points = list(demo_estate(anchor=local, days=1).metric_points)
    assert points == list(demo_estate(anchor=ANCHOR, days=1).metric_points)
    assert points[0].measured_at.tzinfo is UTC


def test_an_anchor_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"anchor: 2026-01-01T09:00:00 has no zone"):
        demo_estate(anchor=ANCHOR.replace(tzinfo=None))


def test_less_than_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="days: 0 is too few; allowed: 1 and more"):
        demo_estate(anchor=ANCHOR, days=0)
