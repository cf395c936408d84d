"""Runs with secrets: none is recorded, later stages see what is, names stand for values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from domain.errors import ReplayRefused
from domain.replay.fork.descent import Fork, Rerun
from domain.replay.resume.resumption import Resumption
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.commands import AnnotateRun, RequestRun
from domain.run.events import ResponseComposed, RunFailed, RunRequested
from domain.run.facts import Patches
from domain.tools.confidential import Confidential
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolFailure, ToolResult
from infrastructure.redaction.patterns import redaction
from tests.domain.stages.running import (
    BY,
    ITEM,
    LOOKUP,
    Ran,
    Running,
    ci,
    finish,
    plan_output,
    ran,
)
from tests.fakes import AnyParams, answering

if TYPE_CHECKING:
    from pydantic import JsonValue

PLAN = plan_output(**LOOKUP).model_dump(mode="json", exclude_unset=True)
HELD = {"kind": "plan", "plan": {"primary": {"keywords": ["password=hunter2"]}}}
NAMED = {"kind": "plan", "plan": {"primary": {"keywords": ["secret:ERP"]}}}


@dataclass(frozen=True)
class Known:
    values: Mapping[str, str]

    def value(self, name: str) -> str | None:
        return self.values.get(name)

    def places(self, name: str) -> str:
        return f"nowhere for {name}"


def running(*tools: object, **secrets: str) -> Running:
    return Running(*tools, confidential=Confidential(Known(secrets), redaction()))  # type: ignore[arg-type]


def recorded(done: Ran) -> str:
    return " ".join(entry.envelope.data for entry in done.history)


def test_a_question_is_recorded_and_planned_without_its_password() -> None:
    here = running(ci())
    done = ran(here, question="Which? password=hunter2")
    assert "hunter2" not in recorded(done)
    assert done.one(RunRequested).question == "Which? password=[redacted:password]"
    assert here.planner.questions == ["Which? password=[redacted:password]"]


def test_a_key_knows_the_request_as_it_was_recorded() -> None:
    here = running(ci())
    first = here.request(question="password=one", idempotency_key="k")
    assert here.request(question="password=two", idempotency_key="k") == first


def test_an_answer_is_used_as_it_is_recorded() -> None:
    item: JsonValue = {**ITEM, "attributes": {"db_password": "hunter2"}}
    answer = answering({"rows": [item], "total": 1}, warnings=["token=abc123"])
    done = ran(running(ci(answer)))
    assert ("hunter2" in recorded(done), "abc123" in recorded(done)) == (False, False)
    call = done.one(ToolCallSucceeded)
    assert {each.where for each in call.removed or ()} == {
        "data.rows.*.attributes.db_password",
        "warnings.*",
    }
    assert "[redacted:password]" in str(done.one(ResponseComposed).blocks)


def test_a_large_answer_has_none_in_its_payload() -> None:
    rows: JsonValue = [{**ITEM, "note": f"{number} password=hunter2"} for number in range(200)]
    here = running(ci(answering({"rows": rows, "total": 200})))
    done = ran(here)
    call = done.one(ToolCallSucceeded)
    assert (call.payload is not None, "hunter2" in recorded(done)) == (True, False)
    (whole,) = [
        e.event
        for e in here.service.history("acme", done.run_id)
        if e.event.stored_as == call.stored_as
    ]
    assert isinstance(whole, ToolCallSucceeded)
    assert ("hunter2" in str(whole.data), "[redacted:password]" in str(whole.data)) == (
        False,
        True,
    )


async def refuses(*_: object) -> ToolResult:
    raise ToolFailure(
        ToolErrorCode.AUTH_FAILED, "no: password=hunter2", details={"password": "hunter2"}
    )


def test_an_error_is_recorded_without_it() -> None:
    done = ran(running(ci(refuses)))
    assert "hunter2" not in recorded(done)
    assert done.one(RunFailed).error.message == "no: password=[redacted:password]"


def test_a_remark_is_recorded_without_it() -> None:
    here = running(ci())
    done = ran(here)
    here.service.note(done.run_id, AnnotateRun("pwd=hunter2 works"), BY)
    assert "hunter2" not in here.history(done.run_id)[-1].envelope.data


async def echo(_: ToolContext, params: AnyParams) -> ToolResult:
    given = params.text
    return ToolResult(success=True, data={"rows": [ITEM], "total": 1, "asked": f"<{given}>"})


async def fails_with(_: ToolContext, params: AnyParams) -> ToolResult:
    raise ToolFailure(ToolErrorCode.AUTH_FAILED, f"refused {params.text}")


def test_a_named_secret_has_its_value_only_while_the_tool_runs() -> None:
    seen = list[object]()

    async def look(context: ToolContext, params: AnyParams) -> ToolResult:
        seen.append(params.text)
        return await echo(context, params)

    done = ran(running(ci(look), ERP="s3cr3t!x"), plan_output=NAMED)
    assert (seen, "s3cr3t!x" in recorded(done)) == (["s3cr3t!x"], False)
    started = done.one(ToolCallStarted)
    assert started.params["text"] == "secret:ERP"
    assert done.one(ToolCallSucceeded).data["asked"] == "<[redacted:secret-erp]>"


def test_a_named_secret_is_not_in_the_error_of_its_call() -> None:
    done = ran(running(ci(fails_with), ERP="s3cr3t!x"), plan_output=NAMED)
    assert done.one(ToolCallFailed).error.message == "refused [redacted:secret-erp]"


def test_a_label_is_made_of_the_name() -> None:
    one = ran(running(ci(echo), ERP="s3cr3t!x"), plan_output=NAMED).one(ToolCallStarted)
    other = ran(running(ci(echo), ERP="0ther!xx"), plan_output=NAMED).one(ToolCallStarted)
    assert one.label == other.label


def test_an_unknown_secret_fails_the_call_before_anything_goes_out() -> None:
    done = ran(running(ci(refuses)), plan_output=NAMED)
    error = done.one(ToolCallFailed).error
    assert (error.code, "secret ERP: there is none here" in error.message) == (
        "INVALID_PARAMS",
        True,
    )


def test_a_plan_with_a_value_that_was_removed_calls_nothing() -> None:
    done = ran(running(ci(refuses)), plan_output=HELD)
    assert ("hunter2" in recorded(done), done.all(ToolCallStarted)) == (False, [])
    error = done.one(RunFailed).error
    assert error.code == "PLAN_INVALID"
    assert "the patch params.primary.text=secret:NAME" in error.message


@pytest.mark.parametrize("way", ["fork", "rerun", "resume"])
def test_a_replay_that_needs_a_removed_value_is_refused_unless_it_is_named(way: str) -> None:
    here = running(ci(echo), ERP="s3cr3t!x")
    done = ran(here, plan_output=HELD)
    named = Patches(params={"primary": {"text": "secret:ERP"}})
    with pytest.raises(ReplayRefused, match=r"value of text, which was removed"):
        replay(here, way, done.run_id, Patches())
    run_id = replay(here, way, done.run_id, named)
    here.carry_out(run_id)
    assert "<[redacted:secret-erp]>" in recorded(Ran(here, run_id))


def replay(here: Running, way: str, run_id: str, patches: Patches) -> str:
    changes = {"reason": "again", "patches": patches}
    if way == "fork":
        return here.replays.fork(run_id, Fork.model_validate(changes), BY).run_id
    if way == "rerun":
        return here.replays.rerun(run_id, Rerun.model_validate(changes), BY).run_id
    return here.service.resume(run_id, Resumption.model_validate(changes), BY).run_id


def test_a_run_with_secrets_is_verified_by_its_record() -> None:
    item: JsonValue = {**ITEM, "attributes": {"db_password": "hunter2"}}
    here = running(ci(answering({"rows": [item], "total": 1})))
    done = ran(here, question="Which? password=hunter2")
    verdict = finish(here.replays.verify("acme", done.run_id))
    assert verdict.divergences == ()


def test_a_fork_s_result_is_recorded_without_it() -> None:
    here = running(ci())
    done = ran(here)
    patches = {"primary": {"kind": "data", "data": {"rows": [], "pwd": "x9"}}}
    fork = Fork.model_validate({"reason": "try", "patches": {"results": patches}})
    run_id = here.replays.fork(done.run_id, fork, BY).run_id
    here.carry_out(run_id)
    assert '"x9"' not in recorded(Ran(here, run_id))


def test_a_request_that_rides_is_recorded_without_it() -> None:
    here = running(ci())
    run_id = here.service.new_run_id()
    finish(here.service.ask(RequestRun(question="pwd=hunter2"), BY, run_id=run_id))
    assert "hunter2" not in recorded(Ran(here, run_id))
