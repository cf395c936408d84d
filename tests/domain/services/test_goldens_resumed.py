"""A golden run that was resumed since is the run that it was when it was pinned."""

from domain.replay.resume.resumption import Resumption
from domain.run.facts import Patches
from domain.services.counterparts import two_histories
from domain.services.reader import RunReader
from domain.views.golden import Grade
from tests.domain.replay.resume.moody import Desk, partial
from tests.domain.services.golden_office import Office, office_of
from tests.domain.services.test_reader import QuestionSearch
from tests.domain.stages.running import BY, TENANT
from tests.fakes import FrozenClock

WORST = Resumption(
    reason="the worst", patches=Patches(plan={"steps.1.metric.agg": "max"}), timeout_ms=777
)


def pinned_and_resumed() -> tuple[Desk, Office]:
    """A partial run was pinned as `half`, and then resumed with another plan."""
    desk = partial()
    office = office_of(desk.running)
    office.desk.pin(desk.run_id, "half", {}, BY)
    desk.resume(WORST)
    return desk, office


def test_a_pin_names_the_version_that_it_speaks_of() -> None:
    desk = partial()
    pinned = office_of(desk.running).desk.pin(desk.run_id, "half", {}, BY).golden
    assert pinned.version == len(desk.running.history(desk.run_id))


def test_a_golden_run_is_told_and_judged_as_it_was_when_it_was_pinned() -> None:
    _, office = pinned_and_resumed()
    (golden,) = office.goldens.named(TENANT, ["half"])
    assert (golden.status, office.verified("half").judgement.grade) == ("partial", Grade.PASS)


def test_a_rerun_for_a_golden_run_takes_plan_and_time_of_when_it_was_pinned() -> None:
    desk, office = pinned_and_resumed()
    desk.value.asked = []
    checked = office.rerun("half")
    assert [each["agg"] for each in desk.value.asked] == ["avg"]
    assert any("ended better" in reason.sentence for reason in checked.judgement.reasons)


def test_a_run_is_compared_with_the_golden_run_as_it_was_when_it_was_pinned() -> None:
    desk, office = pinned_and_resumed()
    memory = desk.running.memory
    reader = RunReader(memory, memory, QuestionSearch(memory), FrozenClock())
    newer = office.run()
    golden, _ = two_histories(reader, TENANT, "golden", newer)
    (pinned,) = office.goldens.named(TENANT, ["half"])
    assert len(golden) == pinned.version
