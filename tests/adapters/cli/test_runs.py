"""`opstrail run`: the list, and the views of one run."""

import json
import re

import pytest

from adapters.cli.text.runs import happened
from domain.run.events import RunEvent
from domain.views.run import run_details
from tests.adapters.cli.command import Command
from tests.domain.run.envelopes import entries
from tests.domain.run.samples import CANCELLED, EXECUTING, FAILED, REQUESTED
from tests.domain.views.histories import PARTIAL, REFUSED

pytestmark = pytest.mark.usefixtures("planned_by_hand")

HOW_MANY = "How many configuration items are there?"


@pytest.fixture
def asked(opstrail: Command) -> Command:
    opstrail("ask", HOW_MANY)
    return opstrail


def test_the_newest_run_is_listed_first(asked: Command) -> None:
    asked("ask", "Delete srv-01")
    summaries = asked("run", "list", "-o", "json").json
    assert [summary["question"] for summary in summaries] == ["Delete srv-01", HOW_MANY]


def test_the_table_has_a_line_for_each_run(asked: Command) -> None:
    head, _, line = asked("run", "list").lines
    assert head.split() == ["run", "requested", "at", "outcome", "took", "calls", "question"]
    assert line.endswith(HOW_MANY)


@pytest.mark.parametrize("version", [1, 5])
def test_a_run_is_shown_with_the_hash_that_its_events_end_at(asked: Command, version: int) -> None:
    at = ("latest", "--at", str(version))
    last = json.loads(asked("run", "events", *at, "-o", "jsonl").lines[-1])
    assert asked("run", "show", *at, "-o", "json").json["head_hash"] == last["head_hash"]
    assert last["head_hash"] in asked("run", "show", *at).out


def test_a_run_in_the_table_can_be_named_by_what_the_table_shows(asked: Command) -> None:
    shown = asked("run", "list").lines[2].split()[0]
    assert asked("run", "show", shown).code == 0


def test_ids_are_whole_and_one_a_line(asked: Command) -> None:
    asked("ask", HOW_MANY)
    lines = asked("run", "list", "-o", "ids").lines
    assert [len(line) for line in lines] == [40, 40]


def test_a_list_without_runs_says_so_beside_the_output(opstrail: Command) -> None:
    ended = opstrail("run", "list")
    assert (ended.code, ended.out, ended.err) == (0, "", "No runs.\n")


def test_a_list_can_be_cut_and_continued(asked: Command) -> None:
    asked("ask", HOW_MANY)
    newest, oldest = asked("run", "list", "-o", "ids").lines
    assert asked("run", "list", "-o", "ids", "--limit", "1").lines == [newest]
    assert asked("run", "list", "-o", "ids", "--before", newest).lines == [oldest]


def test_a_list_can_be_restricted(asked: Command) -> None:
    asked("ask", "Delete srv-01")
    rejected = asked("run", "list", "-o", "json", "--state", "rejected").json
    successful = asked("run", "list", "-o", "json", "--status", "success").json
    assert [run["question"] for run in rejected] == ["Delete srv-01"]
    assert [run["question"] for run in successful] == [HOW_MANY]


@pytest.mark.parametrize(
    ("option", "allowed"),
    [("--state", "requested, waiting, route_plan"), ("--status", "success, partial")],
)
def test_a_restriction_that_does_not_exist_is_refused(
    opstrail: Command, option: str, allowed: str
) -> None:
    ended = opstrail("run", "list", option, "good")
    assert ended.code == 2
    assert f"Invalid value for {option}: 'good' does not exist; allowed: {allowed}" in ended.err


def test_a_summary_says_who_asked_and_what_came_of_it(asked: Command) -> None:
    happened, _, *facts = asked("run", "show", "latest").lines
    shown = dict(line.split(maxsplit=1) for line in facts)
    assert re.fullmatch(r"It was answered after .* ms with 1 tool call\.", happened)
    assert shown["question"] == HOW_MANY
    assert shown["outcome"] == "success"


def test_a_summary_of_a_failed_run_says_why(opstrail: Command) -> None:
    opstrail("ask", "What is affected if srv-99 fails?")
    assert "DATA_NOT_FOUND: no configuration item" in opstrail("run", "show", "latest").out


def test_the_response_is_shown_as_it_was_answered(asked: Command) -> None:
    answered = asked("ask", HOW_MANY).out
    assert asked("run", "response", "latest").out == answered


def test_the_state_says_what_may_come_next(asked: Command) -> None:
    assert "nothing: it is final" in asked("run", "state", "latest").out
    assert asked("run", "state", "latest", "-o", "json").json["is_final"]


def test_a_trace_shows_plan_stages_and_calls(asked: Command) -> None:
    out = asked("run", "trace", "latest").out
    assert all(f"\n{title}\n" in out for title in ("Plan", "Stages", "Tool calls"))
    assert "ci.aggregate" in out


def test_a_trace_as_json_is_one_object(asked: Command) -> None:
    trace = asked("run", "trace", "latest", "-o", "json").json
    assert trace["stages"][0]["name"] == "route_plan"


def test_the_status_tells_what_each_tool_gave(asked: Command) -> None:
    told = asked("run", "status", "latest").lines
    assert told[:2] == ["status  success", "tools   1 answered, 0 did not"]
    assert "succeeded" in told[-1]


def test_the_status_of_a_run_under_way_says_so(asked: Command) -> None:
    assert (
        asked("run", "status", "latest", "--at", "2").lines[0] == "status  under way (route_plan)"
    )


def test_the_status_of_a_failed_run_tells_which_call_did_not_answer(asked: Command) -> None:
    asked("ask", "What is affected if srv-99 fails?")
    told = asked("run", "status", "latest").out
    assert told.startswith("status  failed\ntools   0 answered, ")
    assert "\nerror   no configuration item matches" in told


def test_a_timeline_draws_every_stage(asked: Command) -> None:
    out = asked("run", "timeline", "latest").out
    assert all(stage in out for stage in ("route_plan", "validate", "execute", "present"))


def test_a_timeline_as_json_has_the_lanes(asked: Command) -> None:
    timeline = asked("run", "timeline", "latest", "-o", "json").json
    assert timeline["lanes"][2]["calls"][0]["title"] == "ci.aggregate"


@pytest.mark.parametrize("view", ["show", "state", "response", "trace", "timeline", "status"])
def test_every_view_can_be_seen_as_it_was(asked: Command, view: str) -> None:
    then = asked("run", view, "latest", "--at", "2", "-o", "json")
    now = asked("run", view, "latest", "-o", "json")
    assert then.code == 0
    assert then.out != now.out


def test_the_state_at_a_version_is_that_of_its_events(asked: Command) -> None:
    assert asked("run", "state", "latest", "--at", "2", "-o", "json").json["state"] == "route_plan"


@pytest.mark.parametrize("view", ["show", "state", "response", "trace", "timeline", "events"])
def test_a_run_that_does_not_exist_ends_with_4(asked: Command, view: str) -> None:
    ended = asked("run", view, "nope")
    assert (ended.code, ended.out) == (4, "")
    assert ended.err.startswith("opstrail: no run nope in this tenant; the latest is run-")


def test_a_version_that_does_not_exist_ends_with_4(asked: Command) -> None:
    ended = asked("run", "state", "latest", "--at", "99")
    assert ended.code == 4
    assert "not 99" in ended.err


def test_a_part_of_several_ids_ends_with_2_and_the_candidates(asked: Command) -> None:
    asked("ask", HOW_MANY)
    ended = asked("run", "show", "run-")
    assert ended.code == 2
    assert all(run_id in ended.err for run_id in asked("run", "list", "-o", "ids").lines)


def test_a_run_of_another_tenant_is_not_there(asked: Command) -> None:
    run_id = asked("run", "list", "-o", "ids").lines[0]
    assert asked("--tenant", "other", "run", "show", run_id).code == 4


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        (PARTIAL, r"It was answered after .+ with 2 tool calls, but not all calls did\."),
        (REFUSED, r"It was refused after .+: no\."),
        ([REQUESTED], r"It is requested and waits for a worker\."),
        (EXECUTING, r"It is under way, in stage execute\."),
        ([*EXECUTING, CANCELLED], r"It was cancelled by person ada after .+: enough\."),
        ([*EXECUTING, FAILED], r"It failed after .+: Timeout after 5 ms\."),
    ],
)
def test_what_happened_is_said_in_a_sentence(events: list[RunEvent], sentence: str) -> None:
    assert re.fullmatch(sentence, happened(run_details(entries(events))))
