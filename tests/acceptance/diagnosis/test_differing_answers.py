"""Planted differences from the last good run of a question: what differs, and what lay between."""

from collections.abc import Callable
from datetime import timedelta

from domain.estate.records import WorkItem
from domain.run.commands import FlagRun
from domain.run.facts import Patches, ResultPatch
from domain.tools.contracts import ToolErrorCode
from tests.acceptance.diagnosis.planting import (
    BY,
    METRIC_OF_SRV_01,
    Site,
    cpu,
    entry,
    failing,
    in_turn,
)
from tests.estate_fixture import CIS, NOW

Plant = Callable[..., Site]
STATE = "What is the state of srv-01?"


def changed(site: Site, code: str, **fields: object) -> None:
    """Let an item of the estate change."""
    (item,) = (each for each in CIS if each.ci_code == code)
    site.happens(cis=[item.model_copy(update=fields)])


def test_an_item_that_changed_since(planted: Plant) -> None:
    site = planted()
    good = site.ask(STATE)
    changed(site, "srv-01", status="down")
    run_id = site.ask(STATE)
    cause = site.cause(run_id)
    assert cause.rule == "differs-from-last-good"
    assert "status active -> down" in cause.sentence
    assert cause.next_step == f"opstrail run compare {good} {run_id}"


def test_a_deployment_between_is_told_with_the_value_that_changed(planted: Plant) -> None:
    site = planted()
    site.run(METRIC_OF_SRV_01)
    site.clock.let_pass(hours=3)
    alarms = [
        entry(f"ev-a{number}", event_type="threshold_alarm", minutes_ago=-60 - number, severity=4)
        for number in range(1, 6)
    ]
    site.happens(
        entry("ev-release", event_type="deployment", minutes_ago=-60),
        *alarms,
        points=[cpu("srv-01", 99, minutes=-minute) for minute in range(61, 179)],
    )
    cause = site.cause(site.run(METRIC_OF_SRV_01))
    assert "value 62 -> 93.4" in cause.sentence
    assert "deployment ev-release" in cause.sentence
    assert "2.0 hours before" in cause.sentence


def test_work_that_failed_between_is_told(planted: Plant) -> None:
    site = planted()
    site.ask(STATE)
    site.clock.let_pass(hours=1)
    work = WorkItem(
        work_id="w-77",
        ci_id="id-srv-01",
        work_type="upgrade",
        summary="New firmware",
        started_at=NOW + timedelta(minutes=30),
        result="failed",
    )
    site.happens(work=[work])
    changed(site, "srv-01", status="down")
    cause = site.cause(site.ask(STATE))
    assert "status active -> down" in cause.sentence
    assert "New firmware" in cause.sentence
    assert "w-77" in cause.sentence


def test_a_change_elsewhere_is_no_cause(planted: Plant) -> None:
    site = planted()
    site.ask(STATE)
    changed(site, "lone-01", status="down")
    site.happens(entry("ev-x", event_type="deployment", minutes_ago=5, code="lone-01"))
    diagnosis = site.diagnosis(site.ask(STATE))
    assert diagnosis.hypotheses == []
    assert "lone-01" not in " ".join(note.sentence for note in diagnosis.notes)


def test_a_change_of_the_item_that_changed_no_answer_is_no_cause(planted: Plant) -> None:
    site = planted()
    site.ask(STATE)
    site.happens(entry("ev-x", event_type="deployment", minutes_ago=5))
    diagnosis = site.diagnosis(site.ask(STATE))
    assert diagnosis.hypotheses == []
    assert "deployment ev-x" in " ".join(note.sentence for note in diagnosis.notes)


def test_a_failure_comes_before_what_differs_and_what_happened(planted: Plant) -> None:
    refused = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE, "connection refused")
    site = planted({"metric": in_turn(None, refused)})
    site.run(METRIC_OF_SRV_01)
    site.happens(entry("ev-x", event_type="deployment", minutes_ago=5, severity=5))
    found = site.diagnosis(site.run(METRIC_OF_SRV_01)).hypotheses
    assert "connection refused" in found[0].sentence
    assert "deployment ev-x" in found[-1].sentence


def test_a_deployment_is_told_before_the_alarms_that_it_may_have_caused(planted: Plant) -> None:
    """An alarm is a symptom; and no change is hidden behind a count of alarms."""
    refused = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE, "connection refused")
    site = planted({"metric": refused})
    alarms = [
        entry(f"ev-a{number}", event_type="threshold_alarm", minutes_ago=number, severity=5)
        for number in range(1, 9)
    ]
    site.happens(entry("ev-release", event_type="deployment", minutes_ago=120), *alarms)
    last = site.diagnosis(site.run(METRIC_OF_SRV_01)).hypotheses[-1]
    assert last.rule == "changed-estate"
    assert "deployment ev-release" in last.sentence
    assert last.sentence.index("deployment ev-release") < last.sentence.index("threshold_alarm")
    assert "9 times" in last.sentence, "with the one of the estate"


def test_an_answer_that_a_person_flagged_as_wrong(planted: Plant) -> None:
    site = planted()
    run_id = site.ask(STATE)
    site.opstrail.runs.note(run_id, FlagRun("wrong", "it is down"), BY)
    found = site.diagnosis(run_id).hypotheses
    assert all(words in found[0].sentence for words in ("ada", "wrong", "it is down"))
    assert [each.rule for each in found] == ["flagged-wrong", "changed-estate"]


def test_a_what_if_is_no_good_run_to_compare_with(planted: Plant) -> None:
    site = planted()
    good = site.run(METRIC_OF_SRV_01)
    site.fork(good, patches=Patches(results={"metric": ResultPatch(kind="empty")}))
    diagnosis = site.diagnosis(site.run(METRIC_OF_SRV_01))
    assert diagnosis.hypotheses == []


def test_a_run_flagged_wrong_is_no_good_run_to_compare_with(planted: Plant) -> None:
    site = planted()
    good = site.run(METRIC_OF_SRV_01)
    site.happens(points=[cpu("srv-01", 999.0, minutes=5)])
    wrong = site.run(METRIC_OF_SRV_01)
    site.opstrail.runs.note(wrong, FlagRun("wrong", "no"), BY)
    run_id = site.run(METRIC_OF_SRV_01)
    cause = site.cause(run_id)
    assert cause.rule == "differs-from-last-good"
    assert cause.next_step == f"opstrail run compare {good} {run_id}"


def test_what_a_what_if_has_otherwise_is_no_finding(planted: Plant) -> None:
    site = planted()
    patches = Patches(results={"metric": ResultPatch(kind="empty")})
    diagnosis = site.diagnosis(site.fork(site.run(METRIC_OF_SRV_01), patches=patches))
    rules = {each.rule for each in diagnosis.hypotheses}
    assert rules.isdisjoint({"differs-from-last-good", "fewer-references"})


def test_a_run_that_read_nothing_does_not_tell_that_the_estate_was_changed(planted: Plant) -> None:
    site = planted({"ci": in_turn(None, failing(ToolErrorCode.UPSTREAM_UNAVAILABLE, "refused"))})
    site.run(METRIC_OF_SRV_01)
    said = [each.sentence for each in site.diagnosis(site.run(METRIC_OF_SRV_01)).hypotheses]
    assert not any("records of the estate were changed" in sentence for sentence in said)
