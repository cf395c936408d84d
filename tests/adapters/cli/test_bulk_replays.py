"""`opstrail replay`, and `opstrail run verify --all`."""

import json
from pathlib import Path

import pytest

from domain.errors import NothingToSearch
from tests.adapters.cli.command import Command
from tests.adapters.site import SECOND_SERVER

pytestmark = pytest.mark.usefixtures("planned_by_hand")

WHY = ("--reason", "to see")
ALL = ("-q", "started > -1h")
VERIFY = ("replay", "start", "--mode", "verify", *ALL, *WHY)


@pytest.fixture
def asked(opstrail: Command) -> Command:
    """Two questions were asked."""
    for question in ("What is affected if srv-01 fails?", "How many servers are there?"):
        assert opstrail("ask", question).code == 0
    return opstrail


def test_runs_that_come_out_the_same_are_counted(asked: Command) -> None:
    ended = asked(*VERIFY)
    assert (ended.code, ended.lines[0]) == (0, "2 same")


def test_the_id_is_told_before_it_begins(asked: Command) -> None:
    told = asked(*VERIFY).err.splitlines()
    assert told == [f"started {asked('replay', 'show', 'latest', '-o', 'json').json['replay_id']}"]


def test_drift_is_forecast_in_words(asked: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.response.compose.composition._answer", lambda *_: "Other.")
    assert asked(*VERIFY).lines[0] == "2 answers drift"


def test_one_alone_that_drifts_is_said_so(asked: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.response.compose.composition._answer", lambda *_: "Other.")
    ended = asked("replay", "start", "--mode", "verify", "-q", "tool = graph", *WHY)
    assert ended.lines[0] == "1 answer drifts"


def test_as_json_it_says_everything(asked: Command) -> None:
    shown = asked(*VERIFY, "--limit", "1", "-o", "json").json
    assert (shown["state"], shown["counts"], shown["run_count"]) == ("completed", {"same": 1}, 1)
    assert (shown["started"]["reason"], shown["started"]["filter"]) == ("to see", ALL[1])


def test_a_filter_that_fits_nothing_starts_nothing(asked: Command) -> None:
    ended = asked("replay", "start", "--mode", "verify", "-q", "status = failed", *WHY)
    assert (ended.code, ended.out, ended.err) == (0, "", "No runs fit; nothing was started.\n")
    assert asked("replay", "list", "-o", "ids").out == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--mode", "check", *ALL, *WHY), "'check' is not one of 'verify', 'rerun', 'fork'"),
        (("--mode", "verify", "-q", "colour = red", *WHY), "the filter is wrong at character 1"),
        (("--mode", "verify", *ALL, *WHY, "--patch", "a=1"), "mode verify has no patches"),
        (("--mode", "rerun", *ALL, *WHY, "--at", "2"), "mode rerun has no version to part at"),
        (("--mode", "fork", *ALL, *WHY, "--patch", "nowhere.json"), "cannot be read"),
        (("--mode", "verify", *ALL, *WHY, "--timeout-ms", "5"), "mode verify has no time-out"),
        (("--mode", "rerun", *ALL, *WHY, "--from", "a"), "mode rerun has no call to part at"),
        (("--mode", "resume", *ALL, *WHY, "--retry-failed"), "mode resume has no failed calls"),
        (("--mode", "resume", *ALL, *WHY, "--blocked"), "mode resume has no blocked calls"),
        (("--mode", "verify", *ALL, "--reason", " "), "it may not be empty"),
        (("--mode", "verify", *ALL, *WHY, "--rate", "0"), "Invalid value for '--rate'"),
        (("--mode", "verify", *WHY), "Missing option '--query'"),
    ],
)
def test_what_does_not_fit_is_refused(
    asked: Command, arguments: tuple[str, ...], told: str
) -> None:
    ended = asked("replay", "start", *arguments)
    assert (ended.code, told in ended.err) == (2, True)


def test_a_patch_that_does_not_fit_is_the_result_of_the_run(asked: Command) -> None:
    order = ("--mode", "fork", *ALL, *WHY, "--patch", "colour=red")
    assert asked("replay", "start", *order).lines[0] == "2 failed"
    assert "colour" in asked("replay", "results", "latest").out


@pytest.mark.parametrize("mode", ["rerun", "fork", "verify"])
def test_where_no_run_comes_to_an_answer_it_ends_with_1(
    asked: Command, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise NothingToSearch(mode)

    way = "rerun_request" if mode == "rerun" else "fork_request" if mode == "fork" else "verify"
    monkeypatch.setattr(f"domain.services.replays.{way}", broken)
    ended = asked("replay", "start", "--mode", mode, *ALL, *WHY)
    assert (ended.code, ended.lines[0]) == (1, "2 failed")
    assert "opstrail: no run came to an answer; opstrail replay results " in ended.err


def test_failed_runs_that_fail_again_end_it_with_1(opstrail: Command) -> None:
    assert opstrail("ask", "What is srv-none-99?").code == 4
    ended = opstrail("replay", "start", "--mode", "rerun", *ALL, *WHY, "-o", "json")
    assert (ended.code, ended.json["counts"], ended.json["failed_count"]) == (1, {"same": 1}, 1)
    assert opstrail("ask", "How many servers are there?").code == 0
    assert opstrail("replay", "start", "--mode", "rerun", *ALL, *WHY).code == 0


def test_all_runs_of_one_kind_of_failure_are_resumed_at_once(
    opstrail: Command, tmp_path: Path
) -> None:
    names = ("srv-91", "srv-92")
    for name in names:
        assert opstrail("ask", f"What is {name}?").code == 4
    assert opstrail("ask", "How many servers are there?").code == 0
    (kind,) = opstrail("run", "failures", "-o", "ids").lines
    order = ("replay", "start", "--mode", "resume", "-q", f"fingerprint = {kind}", *WHY)
    assert opstrail(*order).lines[0] == "2 failed"
    items = [
        {**SECOND_SERVER, "ci_id": f"id-{each}", "ci_code": f"srv-{each}"} for each in (91, 92)
    ]
    (file := tmp_path / "cis.json").write_text(json.dumps(items), encoding="utf-8")
    assert opstrail("estate", "import", str(file)).code == 0
    ended = opstrail(*order)
    assert (ended.code, ended.lines[0]) == (0, "2 are mended")
    assert opstrail("run", "list", "-q", "status = failed", "-o", "ids").lines == []


def test_runs_that_cannot_be_resumed_are_counted_with_the_reason(asked: Command) -> None:
    ended = asked("replay", "start", "--mode", "resume", *ALL, *WHY)
    assert (ended.code, ended.lines[0]) == (1, "2 cannot be resumed")
    assert "completed" in asked("replay", "results", "latest").out
    preview = asked("replay", "start", "--mode", "resume", *ALL, *WHY, "--preview", "-o", "json")
    assert (preview.json["run_count"], preview.json["refused_count"]) == (2, 2)


def test_reruns_have_new_runs(asked: Command) -> None:
    assert asked("replay", "start", "--mode", "rerun", *ALL, *WHY).lines[0] == "2 same"
    results = asked("replay", "results", "latest", "-o", "json").json
    children = asked("run", "list", "-q", "origin = rerun", "-o", "ids").lines
    assert {result["new_run_id"] for result in results} == set(children)
    assert sum(result["outside_calls"] for result in results) == 3


def test_a_preview_counts_and_does_nothing(asked: Command) -> None:
    order = ("replay", "start", "--mode", "rerun", *ALL, *WHY, "--preview")
    preview = asked(*order, "-o", "json").json
    assert (preview["run_count"], preview["calls"], preview["outside_calls"]) == (
        2,
        {"live": 3},
        3,
    )
    assert asked("run", "list", "-q", "origin = rerun", "-o", "ids").out == ""
    assert asked("replay", "list", "-o", "ids").out == ""


def test_a_preview_says_of_how_many_runs_the_calls_are_not_known(asked: Command) -> None:
    assert asked("ask", "Overview of srvnine").code == 2
    failed = ("replay", "start", "--mode", "resume", "-q", "status = failed", *WHY, "--preview")
    found = asked(*failed, "-o", "json").json
    assert (found["outside_calls"], found["planned_anew"]) == (None, 1)
    known = asked(*failed).lines[2].split("  ")[-1].strip()
    assert known == "0 and those of 1 run planned anew, which are not known"


def test_a_preview_as_text_says_how_many_calls_go_out(asked: Command) -> None:
    ended = asked(*VERIFY, "--preview")
    assert [line.split("  ")[-1].strip() for line in ended.lines[:3]] == ["2", "3", "0"]
    assert ended.lines[-1] == "Nothing was called or recorded."


def test_only_what_drifts_can_be_shown(asked: Command) -> None:
    asked(*VERIFY)
    assert asked("replay", "results", "latest", "--only", "drift", "-o", "ids").out == ""
    assert len(asked("replay", "results", "latest", "--only", "same", "-o", "ids").lines) == 2


def test_nothing_that_drifts_is_told(asked: Command) -> None:
    asked(*VERIFY)
    ended = asked("replay", "results", "latest", "--only", "drift")
    assert (ended.code, ended.out, ended.err) == (0, "", "No such results.\n")


def test_bulk_replays_are_listed(asked: Command) -> None:
    asked(*VERIFY)
    (row,) = asked("replay", "list").lines[2:]
    assert row.split()[1:8] == ["verify", "completed", "2", "of", "2", "2", "same"]


def test_an_ended_one_cannot_be_aborted(asked: Command) -> None:
    asked(*VERIFY)
    ended = asked("replay", "abort", "latest", *WHY)
    assert (ended.code, "is completed: cannot abort" in ended.err) == (2, True)


@pytest.mark.parametrize("command", ["show", "results", "continue"])
def test_one_that_is_not_there_is_not_found(opstrail: Command, command: str) -> None:
    ended = opstrail("replay", command, "nowhere")
    assert (ended.code, ended.err) == (4, "opstrail: no bulk replay nowhere in this tenant\n")


def test_where_there_are_some_the_latest_is_told(asked: Command) -> None:
    replay_id = asked(*VERIFY, "-o", "json").json["replay_id"]
    ended = asked("replay", "show", "nowhere")
    assert (
        ended.err
        == f"opstrail: no bulk replay nowhere in this tenant; the latest is {replay_id}\n"
    )


def test_another_tenant_does_not_see_it(asked: Command) -> None:
    asked(*VERIFY)
    other = Command(asked.database, asked.capsys, tenant="umbrella")
    assert other("replay", "show", "latest").code == 4


def test_no_bulk_replays_are_said_so(opstrail: Command) -> None:
    ended = opstrail("replay", "list")
    assert (ended.out, ended.err) == ("", "No bulk replays.\n")


def test_all_runs_are_verified(asked: Command) -> None:
    ended = asked("run", "verify", "--all")
    assert (ended.code, [line.split()[1] for line in ended.lines[2:4]]) == (0, ["same", "same"])


def test_to_verify_all_runs_leaves_a_record(asked: Command) -> None:
    asked("run", "verify", "--all")
    shown = asked("replay", "show", "latest", "-o", "json").json
    assert shown["started"]["reason"] == "run verify --all"


def test_a_run_that_drifts_ends_the_verification_of_all_with_1(
    asked: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.response.compose.composition._answer", lambda *_: "Other.")
    ended = asked("run", "verify", "--all", "-q", "tool = graph", "-o", "json")
    (result,) = ended.json["results"]
    assert (ended.code, result["verdict"], result["divergence"]) == (1, "answer", "data")


@pytest.mark.parametrize(
    "arguments", [(), ("latest", "--all"), ("latest", "-q", "tool = graph")], ids=str
)
def test_verify_takes_one_run_or_all(opstrail: Command, arguments: tuple[str, ...]) -> None:
    ended = opstrail("run", "verify", *arguments)
    assert (ended.code, "name one run, or use --all" in ended.err) == (2, True)
