"""A run that is flagged as wrong is kept as a question to get right."""

import pytest

from domain.errors import NotFlaggedWrong
from domain.json import JsonMap
from domain.run.commands import FlagRun
from domain.run.facts import Flag
from domain.run.note_events import GoldenBroke
from domain.views.golden import Grade
from tests.domain.services.golden_office import Changing, Office, usual_office
from tests.domain.stages.running import BY, ITEM, TENANT, Ran
from tests.fakes import answering

OTHER: JsonMap = {"rows": [ITEM, {**ITEM, "ci_id": "2", "ci_code": "srv-02"}], "total": 2}
Usual = tuple[Office, Changing]


@pytest.fixture
def usual() -> Usual:
    return usual_office()


def flag(office: Office, run_id: str, verdict: Flag) -> str:
    office.running.service.note(run_id, FlagRun(verdict), BY)
    return run_id


def keep(office: Office) -> str:
    run_id = flag(office, office.run(), "wrong")
    office.desk.pin(run_id, "erp", {}, BY, is_wrong=True)
    return run_id


def reasons(office: Office) -> list[tuple[Grade, str]]:
    judgement = office.rerun("erp").judgement
    return [(judgement.grade, reason.rule) for reason in judgement.reasons]


def test_it_fails_while_the_answer_stays(usual: Usual) -> None:
    office, _ = usual
    run_id = keep(office)
    assert reasons(office) == [(Grade.FAIL, "still-wrong")]
    assert Ran(office.running, run_id).all(GoldenBroke) == []
    assert office.verified("erp").judgement.grade is Grade.FAIL


def test_it_warns_when_the_answer_is_another_one(usual: Usual) -> None:
    office, found = usual
    keep(office)
    found.script = answering(OTHER)
    assert reasons(office) == [(Grade.WARN, "changed")]


def test_it_passes_once_the_answer_is_that_of_a_run_which_is_flagged_as_right(
    usual: Usual,
) -> None:
    office, found = usual
    keep(office)
    found.script = answering(OTHER)
    flag(office, office.run(), "right")
    judgement = office.rerun("erp").judgement
    assert (judgement.grade, judgement.reasons) == (Grade.PASS, ())


def test_the_verdict_counts_that_it_has_now(usual: Usual) -> None:
    office, _ = usual
    run_id = keep(office)
    flag(office, run_id, "right")
    assert reasons(office) == []
    flag(office, run_id, "wrong")
    assert reasons(office) == [(Grade.FAIL, "still-wrong")]


def test_other_blocks_make_another_answer_whatever_the_text(usual: Usual) -> None:
    office, found = usual
    run_id = keep(office)
    office.desk.pin(run_id, "erp", {"answer": "off"}, BY, is_wrong=True)
    assert reasons(office) == [(Grade.FAIL, "still-wrong")]
    found.script = answering({"rows": [{**ITEM, "ci_name": "Server 9"}], "total": 1})
    assert reasons(office) == [(Grade.WARN, "changed")]


def test_another_answer_than_the_right_one_still_warns(usual: Usual) -> None:
    office, found = usual
    keep(office)
    found.script = answering({"rows": [], "total": 0})
    flag(office, office.run(), "right")
    found.script = answering(OTHER)
    assert reasons(office) == [(Grade.WARN, "changed")]


def test_its_question_is_planned_anew(usual: Usual) -> None:
    office, _ = usual
    wrong = keep(office)
    planned = len(office.running.planner.contexts)
    run_id = office.rerun("erp").run_id
    assert run_id is not None
    assert len(office.running.planner.contexts) == planned + 1
    summary = office.running.memory.summary(TENANT, run_id)
    assert summary is not None
    assert (summary.origin, summary.parent_run_id) == ("fork", wrong)


def test_a_run_that_nobody_flagged_as_wrong_is_not_kept_as_one(usual: Usual) -> None:
    office, _ = usual
    with pytest.raises(NotFlaggedWrong, match="is not flagged, not as wrong"):
        office.desk.pin(office.run(), "erp", {}, BY, is_wrong=True)
    assert office.goldens.all(TENANT) == []
