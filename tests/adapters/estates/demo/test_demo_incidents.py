from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from adapters.estates.demo.dataset import demo_estate
from adapters.estates.demo.incidents import DemoIncident, IncidentKind, demo_incidents
from domain.estate.port import EstateDataset
from domain.estate.records import EventLogEntry, RelationType

ANCHOR = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
DAYS = 10
Series = dict[tuple[str, str], dict[datetime, float]]


@pytest.fixture(scope="module")
def estate() -> EstateDataset:
    return demo_estate(anchor=ANCHOR, days=DAYS)


@pytest.fixture(scope="module")
def series(estate: EstateDataset) -> Series:
    found: Series = defaultdict(dict)
    for point in estate.metric_points:
        found[point.ci_id, point.metric_name][point.measured_at] = point.value
    return found


def incidents(kind: IncidentKind) -> list[DemoIncident]:
    return [found for found in demo_incidents(anchor=ANCHOR, days=DAYS) if found.kind is kind]


def entries_of(estate: EstateDataset, code: str, incident: DemoIncident) -> list[EventLogEntry]:
    return [
        entry
        for entry in estate.event_log
        if entry.ci_id == code and incident.started_at <= entry.occurred_at <= incident.ended_at
    ]


def dependents(estate: EstateDataset, code: str) -> set[str]:
    return {
        relation.source_id
        for relation in estate.relations
        if relation.target_id == code and relation.rel_type is RelationType.DEPENDS_ON
    }


def test_there_is_an_incident_of_each_kind_within_the_last_day() -> None:
    last_day = demo_incidents(anchor=ANCHOR, days=1)
    assert {incident.kind for incident in last_day} == set(IncidentKind)


def test_incidents_before_the_data_are_left_out() -> None:
    assert len(demo_incidents(anchor=ANCHOR, days=1)) == 4
    assert len(demo_incidents(anchor=ANCHOR, days=31)) == 7


def test_every_record_of_an_incident_is_in_the_estate(estate: EstateDataset) -> None:
    known = {entry.entry_id for entry in estate.event_log}
    for incident in demo_incidents(anchor=ANCHOR, days=DAYS):
        assert {entry.entry_id for entry in incident.entries} <= known
        assert incident.work is None or incident.work in estate.work
        assert incident.maintenance is None or incident.maintenance in estate.maintenance


@pytest.mark.parametrize("kind", [IncidentKind.BAD_DEPLOYMENT, IncidentKind.FAILED_CHANGE])
def test_a_bad_change_is_followed_by_alarms_on_it_and_all_dependents(
    estate: EstateDataset, kind: IncidentKind
) -> None:
    for incident in incidents(kind):
        for code in {incident.ci_code} | dependents(estate, incident.ci_code):
            alarms = [
                entry
                for entry in entries_of(estate, code, incident)
                if entry.event_type == "threshold_alarm"
            ]
            assert alarms, code
            assert alarms[0].occurred_at - incident.started_at < timedelta(minutes=20)


@pytest.mark.parametrize("kind", [IncidentKind.BAD_DEPLOYMENT, IncidentKind.FAILED_CHANGE])
def test_a_bad_change_drives_the_cpu_of_item_and_host_over_90_percent(
    estate: EstateDataset, series: Series, kind: IncidentKind
) -> None:
    for incident in incidents(kind):
        host = next(
            relation.target_id
            for relation in estate.relations
            if relation.source_id == incident.ci_code
            and relation.rel_type is RelationType.DEPLOYED_ON
        )
        for code in (incident.ci_code, host):
            cpu = series[code, "cpu_usage"]
            hot_at = [at for at, value in cpu.items() if value > 90]
            assert len(hot_at) >= 3
            assert all(incident.started_at < at < incident.ended_at for at in hot_at)


def test_a_failed_change_ends_with_an_alert_and_a_rollback(estate: EstateDataset) -> None:
    for incident in incidents(IncidentKind.FAILED_CHANGE):
        types = [entry.event_type for entry in entries_of(estate, incident.ci_code, incident)]
        assert types[0] == types[-1] == "deployment"
        assert "security_alert" in types
        assert incident.work is not None
        assert incident.work.result == "failed"


def test_a_reboot_is_a_pair_of_status_changes_around_a_gap_in_all_metrics(
    estate: EstateDataset, series: Series
) -> None:
    for incident in incidents(IncidentKind.REBOOT):
        entries = entries_of(estate, incident.ci_code, incident)
        changes = [entry for entry in entries if entry in incident.entries]
        assert [entry.occurred_at for entry in changes] == [
            incident.started_at,
            incident.ended_at,
        ]
        for metric in estate.metrics:
            instants = series[incident.ci_code, metric.metric_name]
            assert not [at for at in instants if incident.started_at <= at < incident.ended_at]
            assert incident.started_at - timedelta(minutes=15) in instants
            assert incident.ended_at in instants


def test_every_reboot_of_a_measured_item_leaves_a_gap(
    estate: EstateDataset, series: Series
) -> None:
    oldest, checked = ANCHOR - timedelta(days=DAYS), 0
    for item in estate.maintenance:
        instants = series.get((item.ci_id, "cpu_usage"))
        if item.maint_type == "reboot" and instants and item.started_at >= oldest:
            ended_at = item.ended_at or ANCHOR
            assert not [at for at in instants if item.started_at <= at < ended_at]
            checked += 1
    assert checked > 10


def test_nothing_but_an_incident_reboots_what_an_incident_affects(estate: EstateDataset) -> None:
    found = demo_incidents(anchor=ANCHOR, days=DAYS)
    affected = {code for incident in found for code in incident.affected}
    planted = [incident.maintenance for incident in found if incident.maintenance is not None]
    reboots = [
        item
        for item in estate.maintenance
        if item.maint_type == "reboot" and item.ci_id in affected
    ]
    assert sorted(item.maintenance_id for item in reboots) == sorted(
        item.maintenance_id for item in planted
    )


def test_one_server_is_over_80_percent_all_the_time_and_no_other_without_a_cause(
    series: Series,
) -> None:
    (busy,) = incidents(IncidentKind.SUSTAINED_LOAD)
    assert min(series[busy.ci_code, "cpu_usage"].values()) > 80
    caused = {
        code for found in demo_incidents(anchor=ANCHOR, days=DAYS) for code in found.affected
    }
    hot = {
        code
        for (code, metric), values in series.items()
        if metric == "cpu_usage" and max(values.values()) > 80
    }
    assert hot <= caused


def test_threshold_alarms_of_measured_items_come_from_incidents_alone(
    estate: EstateDataset, series: Series
) -> None:
    measured = {code for code, _ in series}
    planted = {
        entry.entry_id
        for incident in demo_incidents(anchor=ANCHOR, days=DAYS)
        for entry in incident.entries
    }
    for entry in estate.event_log:
        if entry.event_type == "threshold_alarm" and entry.ci_id in measured:
            assert entry.entry_id in planted


def test_five_metrics_are_measured_on_30_servers_and_20_pieces_of_software(
    estate: EstateDataset, series: Series
) -> None:
    codes = {code for code, _ in series}
    assert len(series) == 250
    assert len([code for code in codes if code.startswith("srv-")]) == 30
    assert {item.ci_id for item in estate.cis if item.status == "monitoring"} <= codes


def test_points_come_every_15_minutes_until_the_anchor(series: Series) -> None:
    instants = list(series["app-erp-order-01-1", "cpu_usage"])
    assert len(instants) == DAYS * 96
    assert instants[-1] == ANCHOR
    assert {later - earlier for earlier, later in pairwise(instants)} == {timedelta(minutes=15)}


def test_counters_only_rise(estate: EstateDataset, series: Series) -> None:
    counters = {metric.metric_name for metric in estate.metrics if metric.kind == "counter"}
    assert counters == {"disk_io", "network_in"}
    for (_, metric), values in series.items():
        if metric in counters:
            readings = list(values.values())
            assert all(a < b for a, b in pairwise(readings))


def test_percentages_stay_between_0_and_100(series: Series) -> None:
    for (_, metric), values in series.items():
        if metric in {"cpu_usage", "memory_usage"}:
            assert 0 <= min(values.values()) <= max(values.values()) <= 100


def test_every_item_has_a_cpu_level_of_its_own(series: Series) -> None:
    averages = {
        round(sum(values.values()) / len(values), 3)
        for (_, metric), values in series.items()
        if metric == "cpu_usage"
    }
    assert len(averages) == 50


def test_weekends_are_quieter_than_other_days(series: Series) -> None:
    cpu = series["srv-erp-02", "cpu_usage"]
    weekend = [value for at, value in cpu.items() if at.isoweekday() >= 6]
    weekdays = [value for at, value in cpu.items() if at.isoweekday() < 6]
    assert sum(weekend) / len(weekend) < sum(weekdays) / len(weekdays)
