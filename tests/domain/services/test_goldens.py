"""Golden runs: pinned, moved, unpinned and found."""

import pytest

from domain.errors import CannotBeGolden, NotFound
from domain.replay.golden.pinned import InvalidGoldenName, InvalidThreshold
from domain.run.commands import PinGolden
from domain.run.note_events import GoldenPinned, GoldenUnpinned
from domain.run.notes import NoteCommand
from domain.services.goldens import NoGoldens, NoSuchGolden
from domain.tools.contracts import ToolErrorCode
from domain.views.golden import Unpinned
from domain.writer import Authorship
from tests.domain.services.golden_office import Office, office_of, usual_office
from tests.domain.stages.running import BY, METRIC, TENANT, Ran, Running, ci, metric, plan_output
from tests.fakes import failing


@pytest.fixture
def office() -> Office:
    return usual_office()[0]


def names(office: Office) -> list[tuple[str, str]]:
    return [(golden.name, golden.run_id) for golden in office.goldens.all(TENANT)]


def test_a_run_that_is_pinned_is_found_by_its_name(office: Office) -> None:
    run_id = office.run()
    pinned = office.desk.pin(run_id, "daily", {"answer": "off"}, BY)
    (golden,) = office.goldens.named(TENANT, ["daily"])
    assert pinned.golden == golden
    assert (golden.run_id, golden.question, golden.status) == (run_id, "Which?", "success")
    assert (golden.pinned_by, golden.thresholds) == ("person ada", {"answer": "off"})


def test_goldens_are_in_the_order_of_their_names(office: Office) -> None:
    b, a = office.run(), office.run()
    office.desk.pin(b, "b", {}, BY)
    office.desk.pin(a, "a", {}, BY)
    assert names(office) == [("a", a), ("b", b)]


def test_a_name_is_moved_to_the_run_that_is_pinned_last(office: Office) -> None:
    old, new = office.run(), office.run()
    office.desk.pin(old, "daily", {}, BY)
    pinned = office.desk.pin(new, "daily", {}, BY)
    assert names(office) == [("daily", new)]
    assert pinned.moved_from == (old,)
    unpinned = Ran(office.running, old).one(GoldenUnpinned)
    assert (unpinned.name, unpinned.reason) == ("daily", f"moved to {new}")


def test_a_name_can_be_moved_back_to_an_older_run(office: Office) -> None:
    old, new = office.run(), office.run()
    for run_id in (old, new, old):
        office.desk.pin(run_id, "daily", {}, BY)
    assert names(office) == [("daily", old)]


def test_a_run_has_one_name(office: Office) -> None:
    run_id = office.run()
    office.desk.pin(run_id, "daily", {}, BY)
    assert office.desk.pin(run_id, "weekly", {}, BY).former_name == "daily"
    assert names(office) == [("weekly", run_id)]


def test_pinning_again_changes_the_thresholds(office: Office) -> None:
    run_id = office.run()
    office.desk.pin(run_id, "daily", {"answer": "off"}, BY)
    pinned = office.desk.pin(run_id, "daily", {}, BY)
    assert (pinned.golden.thresholds, pinned.moved_from, pinned.former_name) == ({}, (), None)


def test_of_two_runs_that_got_one_name_at_once_the_last_has_it(office: Office) -> None:
    first, last = office.run(), office.run()
    for run_id in (first, last):
        office.running.service.note(run_id, PinGolden("daily"), BY)
    assert names(office) == [("daily", last)]
    assert set(office.desk.unpin("daily", None, BY).run_ids) == {first, last}
    assert names(office) == []


def test_who_pins_later_keeps_the_name_whoever_unpins_first(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = office.run(), office.run()
    note = office.running.service.note

    def note_and_be_followed(run_id: str, command: NoteCommand, by: Authorship) -> None:
        note(run_id, command, by)
        note(theirs, PinGolden("daily"), by)

    monkeypatch.setattr(office.running.service, "note", note_and_be_followed)
    assert office.desk.pin(ours, "daily", {}, BY).moved_from == ()
    assert names(office) == [("daily", theirs)]


def test_a_name_that_is_taken_away_is_gone_with_the_reason(office: Office) -> None:
    run_id = office.run()
    office.desk.pin(run_id, "daily", {}, BY)
    assert office.desk.unpin("daily", "the estate has changed", BY) == Unpinned("daily", (run_id,))
    assert names(office) == []
    assert Ran(office.running, run_id).one(GoldenUnpinned).reason == "the estate has changed"


def test_an_unknown_name_is_not_found(office: Office) -> None:
    office.desk.pin(office.run(), "daily", {}, BY)
    message = "no golden run 'weekly' in this tenant; there are: daily"
    with pytest.raises(NoSuchGolden, match=message):
        office.desk.unpin("weekly", None, BY)
    with pytest.raises(NotFound, match=message):
        office.goldens.to_check(TENANT, ["daily", "weekly"])


def test_another_tenant_has_other_goldens(office: Office) -> None:
    run_id = office.run()
    office.desk.pin(run_id, "daily", {}, BY)
    other = Authorship("globex", BY.actor)
    assert office.goldens.all("globex") == []
    with pytest.raises(NoSuchGolden, match="there are: none"):
        office.desk.unpin("daily", None, other)
    with pytest.raises(NotFound):
        office.desk.pin(run_id, "daily", {}, other)


@pytest.mark.parametrize("name", ["", " ", "a b", "-a", ".", "a\n", "a" * 101, "ä?"])
def test_what_is_no_name_is_refused(office: Office, name: str) -> None:
    run_id = office.run()
    with pytest.raises(InvalidGoldenName, match="cannot be the name of a golden run"):
        office.desk.pin(run_id, name, {}, BY)
    assert Ran(office.running, run_id).all(GoldenPinned) == []


@pytest.mark.parametrize("name", ["a", "impact/srv-erp-01.v2", "größe_1", "a" * 100])
def test_names_have_letters_digits_and_a_few_signs(office: Office, name: str) -> None:
    assert office.desk.pin(office.run(), name, {}, BY).golden.name == name


def test_a_run_with_a_wrong_threshold_is_not_pinned(office: Office) -> None:
    run_id = office.run()
    with pytest.raises(InvalidThreshold, match="no threshold 'speed'"):
        office.desk.pin(run_id, "daily", {"speed": 2}, BY)
    assert Ran(office.running, run_id).all(GoldenPinned) == []


def test_thresholds_are_recorded_as_what_they_mean(office: Office) -> None:
    run_id = office.run()
    office.desk.pin(run_id, "daily", {"answer": "off", "values_percent": "2.5"}, BY)
    recorded = Ran(office.running, run_id).one(GoldenPinned).thresholds
    assert recorded == {"answer": "off", "values_percent": 2.5}


def test_a_run_that_failed_cannot_be_pinned() -> None:
    broken = ci(failing(ToolErrorCode.UPSTREAM_UNAVAILABLE))
    office = office_of(Running(broken, metric(), planned=plan_output(**METRIC)))
    with pytest.raises(CannotBeGolden, match="is failed: only a completed or a rejected run"):
        office.desk.pin(office.run(), "daily", {}, BY)


def test_a_run_that_has_not_ended_cannot_be_pinned(office: Office) -> None:
    with pytest.raises(CannotBeGolden, match="is requested"):
        office.desk.pin(office.running.request(), "daily", {}, BY)


def test_there_must_be_something_to_check(office: Office) -> None:
    with pytest.raises(NoGoldens, match="there are no golden runs in tenant acme, so nothing was"):
        office.goldens.to_check(TENANT, [])


def test_all_are_checked_or_those_that_are_named_once(office: Office) -> None:
    for name in ("b", "a"):
        office.desk.pin(office.run(), name, {}, BY)
    assert [each.name for each in office.goldens.to_check(TENANT, [])] == ["a", "b"]
    assert [each.name for each in office.goldens.to_check(TENANT, ["b", "b"])] == ["b"]


def test_every_golden_is_found_however_many_there_are(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.services.goldens._PAGE", 2)
    for name in "abcde":
        office.desk.pin(office.run(), name, {}, BY)
    assert [name for name, _ in names(office)] == list("abcde")
