"""Golden runs are checked: by their record, and by running them again."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from domain.run.commands import PinGolden
from domain.run.events import RunCancelled, RunRequested
from domain.run.note_events import GoldenBroke
from domain.run_filter.filter import equal
from domain.tools.contracts import ToolErrorCode, ToolResult
from domain.views.golden import Grade, Mode
from infrastructure.event_store.memory import MemoryPayloads
from tests.domain.large import record_erasures
from tests.domain.replay.verify.planted import other_default
from tests.domain.replay.verify.planted_cases import CASES
from tests.domain.replay.verify.verifying import REJECTED, History, failed, hang
from tests.domain.services.golden_office import Changing, Office, office_of, usual_office
from tests.domain.stages.running import BY, ITEM, TENANT, Ran, Running, finish
from tests.fakes import answering, failing

if TYPE_CHECKING:
    from domain.json import JsonMap

Patch = pytest.MonkeyPatch


@pytest.fixture
def usual() -> tuple[Office, Changing]:
    return usual_office()


@pytest.fixture
def office(usual: tuple[Office, Changing]) -> Office:
    return usual[0]


@pytest.fixture
def found(usual: tuple[Office, Changing]) -> Changing:
    return usual[1]


def test_the_engine_passes_by_its_own_record(office: Office) -> None:
    office.desk.pin(office.run(), "daily", {}, BY)
    checked = office.verified("daily")
    assert (checked.judgement.grade, checked.mode, checked.run_id) == (
        Grade.PASS,
        Mode.VERIFY,
        None,
    )


def test_a_rejected_question_passes_too() -> None:
    office = office_of(Running(planned=REJECTED))
    office.desk.pin(office.run(), "forbidden", {}, BY)
    assert office.verified("forbidden").judgement.grade is Grade.PASS
    assert office.rerun("forbidden").judgement.grade is Grade.PASS


def test_a_verification_does_not_mind_what_tools_answer_now(
    office: Office, found: Changing
) -> None:
    office.desk.pin(office.run(), "daily", {}, BY)
    found.script = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE)
    assert office.verified("daily").judgement.grade is Grade.PASS


@pytest.mark.parametrize(
    ("change", "kind"),
    [each[:2] for each in CASES if each[1] is not failed],
    ids=[change.__name__ for change, kind, _ in CASES if kind is not failed],
)
def test_a_changed_engine_does_not_pass(
    monkeypatch: Patch,
    change: Callable[[Patch], None],
    kind: Callable[[], tuple[Running, History]],
) -> None:
    running, history = kind()
    office = office_of(running)
    office.desk.pin(history[0].envelope.stream_id, "daily", {}, BY)
    assert office.verified("daily").judgement.grade is Grade.PASS
    change(monkeypatch)
    assert office.verified("daily").judgement.grade is not Grade.PASS


def test_an_engine_that_asks_for_what_is_not_on_record_fails_and_says_so(
    office: Office, monkeypatch: Patch
) -> None:
    office.desk.pin(office.run(), "daily", {}, BY)
    other_default(monkeypatch)
    judgement = office.verified("daily").judgement
    (why,) = [each.sentence for each in judgement.reasons if each.rule == "no-answer"]
    assert judgement.grade is Grade.FAIL
    assert why.startswith("the run has no answer, it is execute: ")
    assert "primary" in why


def test_a_golden_whose_result_was_erased_cannot_be_verified_and_fails(
    office: Office, found: Changing
) -> None:
    large: JsonMap = {**ITEM, "note": "long " * 2000}
    found.script = answering({"rows": [large], "total": 1})
    run_id = office.run()
    office.desk.pin(run_id, "daily", {}, BY)
    assert office.verified("daily").judgement.grade is Grade.PASS
    record_erasures(office.running.memory, run_id, TENANT)
    office.running.memory.payloads = MemoryPayloads()
    (reason,) = office.verified("daily").judgement.reasons
    assert (reason.grade, reason.rule) == (Grade.FAIL, "not-checked")
    assert "was erased" in reason.sentence


def test_a_rerun_is_a_run_of_its_own_that_stays(office: Office) -> None:
    run_id = office.run()
    office.desk.pin(run_id, "daily", {}, BY)
    checked = office.rerun("daily")
    assert checked.judgement.grade is Grade.PASS
    assert checked.run_id not in {None, run_id}
    origin = Ran(office.running, str(checked.run_id)).one(RunRequested).origin
    assert (origin.kind, origin.parent_run_id, origin.reason) == (
        "rerun",
        run_id,
        "check of golden daily",
    )


def test_a_rerun_of_another_world_fails(office: Office, found: Changing) -> None:
    office.desk.pin(office.run(), "daily", {}, BY)
    found.script = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE)
    judgement = office.rerun("daily").judgement
    assert judgement.grade is Grade.FAIL
    assert judgement.reasons[0].sentence == "the run ended failed, the golden one success"


def test_each_live_check_that_fails_is_on_record_with_the_rules(
    office: Office, found: Changing
) -> None:
    run_id = office.run()
    office.desk.pin(run_id, "daily", {}, BY)
    office.rerun("daily")
    found.script = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE)
    candidates = [office.rerun("daily").run_id for _ in range(2)]
    office.verified("daily")
    broke = Ran(office.running, run_id).all(GoldenBroke)
    assert [(each.name, each.candidate_run_id) for each in broke] == [
        ("daily", candidate) for candidate in candidates
    ]
    assert broke[0].rules[0] == "status-worse"


def test_a_golden_run_that_loses_its_name_while_it_is_checked_is_judged_all_the_same(
    office: Office, found: Changing
) -> None:
    run_id = office.run()
    golden = office.desk.pin(run_id, "daily", {}, BY).golden
    office.desk.unpin("daily", None, BY)
    found.script = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE)
    assert finish(office.desk.rerun(golden, BY)).judgement.grade is Grade.FAIL
    assert Ran(office.running, run_id).all(GoldenBroke) == []


def test_thresholds_of_the_pin_count(office: Office, found: Changing) -> None:
    office.desk.pin(office.run(), "daily", {"answer": "off"}, BY)
    item: JsonMap = {"ci_id": "c1", "ci_code": "srv-1", "ci_name": "Server One"}
    found.script = answering({"rows": [item], "total": 1}, references=[{"kind": "ci", "id": "c1"}])
    assert "answer" not in [reason.rule for reason in office.rerun("daily").judgement.reasons]


def test_a_threshold_that_this_version_does_not_know_fails_its_golden_alone(
    office: Office,
) -> None:
    run_id = office.run()
    office.running.service.note(run_id, PinGolden("newer", {"mood": 1}), BY)
    for checked in (office.verified("newer"), office.rerun("newer")):
        (reason,) = checked.judgement.reasons
        assert (checked.judgement.grade, reason.rule) == (Grade.FAIL, "not-checked")
        assert "there is no threshold 'mood'" in reason.sentence


def test_a_rerun_that_is_stopped_is_recorded_as_cancelled_by_who_asked(
    office: Office, found: Changing
) -> None:
    office.desk.pin(office.run(), "daily", {}, BY)
    (golden,) = office.goldens.named(TENANT, ["daily"])
    called = asyncio.Event()

    async def hang_and_say(*_: object) -> ToolResult:
        called.set()
        return await hang()

    async def stop() -> None:
        work = asyncio.create_task(office.desk.rerun(golden, BY))
        await called.wait()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    found.script = hang_and_say
    finish(stop())
    reruns = office.running.memory.summaries(TENANT, equal("origin", "rerun"), limit=1)
    cancelled = office.running.history(reruns.summaries[0].run_id)[-1]
    assert isinstance(cancelled.event, RunCancelled)
    assert cancelled.envelope.actor == BY.actor
