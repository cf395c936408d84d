"""`opstrail run annotate`, `run flag`, and the golden runs that are kept as wrong."""

import pytest

from tests.adapters.cli.command import Command
from tests.adapters.site import IMPACT


def asked(opstrail: Command) -> str:
    run_id = opstrail("ask", IMPACT, "-o", "json").json["run_id"]
    return str(run_id)


def test_a_flag_is_shown_wherever_the_run_is(opstrail: Command) -> None:
    run_id = asked(opstrail)
    flagged = opstrail("run", "flag", "latest", "wrong", "--note", "srv-02 is missing")
    assert (flagged.code, flagged.lines) == (0, [f"{run_id} is flagged as wrong"])
    assert "success, wrong" in opstrail("run", "list").out
    assert "flagged as    wrong" in opstrail("run", "show", "latest").out
    told = "somebody flags the answer as wrong: srv-02 is missing (person"
    assert told in opstrail("run", "timeline", "latest").out
    (note,) = opstrail("run", "timeline", "latest", "-o", "json").json["notes"]
    assert (note["type"], note["sentence"][:17]) == ("run-flagged", "somebody flags th")


def test_flagged_runs_are_found_by_what_they_are_flagged_as(opstrail: Command) -> None:
    run_id = asked(opstrail)
    opstrail("run", "flag", "latest", "wrong")
    assert opstrail("run", "list", "-q", "flag = wrong", "-o", "ids").lines == [run_id]
    opstrail("run", "flag", "latest", "right")
    assert opstrail("run", "list", "-q", "flag = wrong", "-o", "ids").out == ""
    assert opstrail("run", "list", "-q", "flag = none", "-o", "ids").out == ""


def test_an_unknown_verdict_is_refused_with_those_that_there_are(opstrail: Command) -> None:
    asked(opstrail)
    ended = opstrail("run", "flag", "latest", "good")
    assert ended.code == 2
    assert "'good' is not one of 'right', 'wrong', 'unclear'" in ended.err


def test_an_empty_note_is_refused(opstrail: Command) -> None:
    asked(opstrail)
    ended = opstrail("run", "flag", "latest", "wrong", "--note", " ")
    assert (ended.code, "--note: it may not be empty" in ended.err) == (2, True)


def test_a_verified_run_stays_the_same_when_it_is_flagged(opstrail: Command) -> None:
    asked(opstrail)
    opstrail("run", "flag", "latest", "unclear")
    assert opstrail("run", "verify", "latest").lines[0].startswith("same: ")


def test_a_wrong_run_is_kept_until_it_is_right(opstrail: Command) -> None:
    asked(opstrail)
    refused = opstrail("golden", "pin", "latest", "--name", "erp", "--wrong")
    assert refused.code == 2
    assert "is not flagged, not as wrong; possible first: `opstrail" in refused.err
    opstrail("run", "flag", "latest", "wrong")
    kept = opstrail("golden", "pin", "latest", "--name", "erp", "--wrong")
    assert kept.lines[0].endswith("is golden run erp, kept until it is right")
    assert "success, but wrong" in opstrail("golden", "list").out
    checked = opstrail("golden", "check")
    assert (checked.code, "FAIL still-wrong" in checked.out) == (1, True)


def test_a_remark_is_recorded_beside_the_run(opstrail: Command) -> None:
    asked(opstrail)
    ended = opstrail("run", "annotate", "latest", "the disk was full")
    assert (ended.code, ended.out.endswith(" has the remark\n")) == (0, True)
    assert "the disk was full" in opstrail("run", "events", "latest").out


@pytest.mark.parametrize("arguments", [(), (" ",)])
def test_a_remark_says_something(opstrail: Command, arguments: tuple[str, ...]) -> None:
    asked(opstrail)
    assert opstrail("run", "annotate", "latest", *arguments).code == 2


def test_an_empty_remark_is_refused(opstrail: Command) -> None:
    asked(opstrail)
    ended = opstrail("run", "annotate", "latest", "")
    assert (ended.code, "'TEXT': it may not be empty" in ended.err) == (2, True)
