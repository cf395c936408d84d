"""`opstrail golden`."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from infrastructure.engine_version import engine_version
from tests.adapters.cli.command import Command
from tests.adapters.cli.test_comparing import SERVERS, ask, bring_in
from tests.adapters.site import SECOND_SERVER

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "golden.md"
THRESHOLDS = ("--threshold", "answer=numbers", "--threshold", "values_percent=10")


@pytest.fixture
def pinned(opstrail: Command) -> str:
    """The one golden run."""
    run_id = ask(opstrail, SERVERS)
    assert opstrail("golden", "pin", "latest", "--name", "servers").code == 0
    return run_id


@pytest.fixture
def third_server(opstrail: Command, tmp_path: Path, pinned: str) -> str:
    """The one golden run, and one server more than it has seen."""
    bring_in(opstrail, tmp_path, {**SECOND_SERVER, "ci_id": "srv-03", "ci_code": "srv-03"})
    return pinned


def test_a_run_is_pinned_by_a_name(opstrail: Command) -> None:
    run_id = ask(opstrail, SERVERS)
    ended = opstrail("golden", "pin", run_id[-8:], "--name", "servers", *THRESHOLDS)
    shown = opstrail("run", "show", "latest", "-o", "json").json
    told = f"{run_id} at version {shown['version']} is golden run servers\n"
    assert (ended.code, ended.out, shown["golden"]) == (0, told, "servers")


def test_a_name_that_moves_is_told(opstrail: Command, pinned: str) -> None:
    ask(opstrail, SERVERS)
    ended = opstrail("golden", "pin", "latest", "--name", "servers")
    assert ended.err == f"'servers' was {pinned}; it no longer is\n"


def test_a_name_that_is_lost_is_told(opstrail: Command, pinned: str) -> None:
    ended = opstrail("golden", "pin", "latest", "--name", "machines")
    assert ended.err == f"{pinned} was golden run 'servers'; it no longer is\n"


def test_goldens_are_listed(opstrail: Command, pinned: str) -> None:
    ended = opstrail("golden", "list")
    assert re.match(r"name +run +outcome +pinned at +pinned by +question$", ended.lines[0])
    assert re.match(rf"servers +{pinned} +success +\S+Z +person \S+ +{SERVERS}", ended.lines[2])
    assert opstrail("golden", "list", "-o", "ids").out == f"{pinned}\n"
    (golden,) = opstrail("golden", "list", "-o", "json").json
    assert (golden["name"], golden["run_id"]) == ("servers", pinned)


def test_an_empty_list_says_so(opstrail: Command) -> None:
    ended = opstrail("golden", "list")
    assert (ended.code, ended.out, ended.err) == (0, "", "No golden runs.\n")


def test_a_golden_is_shown_with_its_thresholds(opstrail: Command) -> None:
    ask(opstrail, SERVERS)
    opstrail("golden", "pin", "latest", "--name", "servers", *THRESHOLDS)
    out = opstrail("golden", "show", "servers").out
    assert re.search(r"^answer +numbers$", out, re.MULTILINE)
    assert re.search(r"^values_percent +10$", out, re.MULTILINE)
    assert re.search(r"^references_percent +20 \(default\)$", out, re.MULTILINE)
    shown = opstrail("golden", "show", "servers", "-o", "json").json
    assert shown["thresholds"] == {"answer": "numbers", "values_percent": 10.0}


def test_a_golden_is_unpinned_with_a_reason(opstrail: Command, pinned: str) -> None:
    ended = opstrail("golden", "unpin", "servers", "--reason", "they moved")
    assert (ended.code, ended.out) == (0, f"{pinned} is no longer golden run servers\n")
    assert opstrail("golden", "list").out == ""
    assert '"reason": "they moved"' in opstrail("run", "events", pinned, "--payloads").out


@pytest.mark.usefixtures("pinned")
@pytest.mark.parametrize("command", ["unpin", "show", "check"])
def test_an_unknown_name_is_not_found(opstrail: Command, command: str) -> None:
    ended = opstrail("golden", command, "apps")
    assert (ended.code, ended.out) == (4, "")
    assert ended.err == "opstrail: no golden run 'apps' in this tenant; there are: servers\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("latest",), 2, "Missing option '--name'"),
        (("none", "--name", "a"), 4, "no run none in this tenant"),
        (("latest", "--name", "a b"), 2, "'a b' cannot be the name of a golden run"),
        (("latest", "--name", "a", "--threshold", "speed=1"), 2, "there is no threshold 'speed'"),
        (("latest", "--name", "a", "--threshold", "answer=x"), 2, "answer: input should be"),
        (("latest", "--name", "a", "--threshold", "answer"), 2, "'answer' is no threshold; give"),
        (("latest", "--name", "a", *(2 * ["--threshold", "answer=off"])), 2, "given twice"),
    ],
)
def test_what_cannot_be_pinned_is_refused(
    opstrail: Command, arguments: tuple[str, ...], code: int, message: str
) -> None:
    ask(opstrail, SERVERS)
    ended = opstrail("golden", "pin", *arguments)
    assert (ended.code, ended.out) == (code, "")
    assert message in ended.err


def test_a_failed_run_is_not_pinned(opstrail: Command) -> None:
    opstrail("ask", "Hm?")
    ended = opstrail("golden", "pin", "latest", "--name", "a")
    assert ended.code == 2
    assert "is failed: only a completed or a rejected run can be golden" in ended.err


def test_nothing_to_check_ends_with_1(opstrail: Command, tmp_path: Path) -> None:
    ended = opstrail("golden", "check", "--junit", str(tmp_path / "golden.xml"))
    assert (ended.code, ended.out) == (1, "")
    assert "there are no golden runs in tenant acme, so nothing was checked" in ended.err
    assert not (tmp_path / "golden.xml").exists()


@pytest.mark.parametrize("names", [(), ("servers",)])
def test_what_is_as_it_was_passes(opstrail: Command, pinned: str, names: tuple[str, ...]) -> None:
    ended = opstrail("golden", "check", *names)
    builds = f"recorded by {engine_version()}, checked by {engine_version()}"
    assert (ended.code, ended.lines) == (
        0,
        [f"PASS  servers  {pinned}", f"      {builds}", "", "1 PASS"],
    )


@pytest.mark.usefixtures("third_server")
def test_a_verification_does_not_look_at_the_estate(opstrail: Command) -> None:
    assert opstrail("golden", "check").code == 0
    assert len(opstrail("run", "list", "-o", "ids").lines) == 1


def test_a_rerun_fails_when_the_answer_changed(opstrail: Command, third_server: str) -> None:
    ended = opstrail("golden", "check", "--mode", "rerun")
    rerun = opstrail("run", "list", "-o", "ids").lines[0]
    assert (ended.code, ended.lines[0]) == (1, f"FAIL  servers  {third_server} -> {rerun}")
    assert ended.lines[1].startswith("      FAIL answer: another answer: '")
    assert ended.lines[-1] == "1 FAIL"


def test_that_it_broke_is_told_wherever_its_run_is_looked_at(
    opstrail: Command, third_server: str
) -> None:
    opstrail("golden", "check", "--mode", "rerun")
    rerun = opstrail("run", "list", "-o", "ids").lines[0]
    said = f"golden run servers broke, as {rerun} shows: answer"
    for view in ("timeline", "events"):
        assert said in opstrail("run", view, third_server).out, view
    assert "; golden run 'servers' broke" in opstrail("run", "lineage", third_server).out
    for view in ("show", "diagnose", "verify", "state", "trace"):
        assert opstrail("run", view, third_server).code == 0, view


@pytest.mark.usefixtures("third_server")
def test_a_warning_ends_with_0_unless_it_is_strict(opstrail: Command) -> None:
    opstrail("golden", "pin", "latest", "--name", "servers", "--threshold", "answer=off")
    check = ("golden", "check", "--mode", "rerun")
    ended = opstrail(*check)
    assert (ended.code, ended.lines[-1]) == (0, "1 WARN")
    assert "      WARN some-values: " in ended.out
    assert opstrail(*check, "--strict").code == 1


def test_json_has_every_judgement(opstrail: Command, pinned: str) -> None:
    (checked,) = opstrail("golden", "check", "-o", "json").json
    assert (checked["golden"]["run_id"], checked["mode"]) == (pinned, "verify")
    assert checked["golden"]["engine_version"] == checked["checked_by"] == engine_version()
    assert checked["judgement"] == {"grade": "PASS", "reasons": []}


@pytest.mark.usefixtures("third_server")
def test_every_field_of_the_json_is_on_its_page(opstrail: Command) -> None:
    page = PAGE.read_text(encoding="utf-8")
    found = opstrail("golden", "check", "--mode", "rerun", "-o", "json").json
    assert all(each.pop("divergences") for each in found)  # as `run compare -o json` has them
    assert "`divergences`" in page
    assert [name for name in _names(found) if f"`{name}`" not in page] == []


def _names(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _names(each)
    if isinstance(value, list):
        for each in value:
            yield from _names(each)


@pytest.mark.usefixtures("third_server")
def test_a_junit_report_is_written_beside_the_text(opstrail: Command, tmp_path: Path) -> None:
    report = tmp_path / "golden.xml"
    ended = opstrail("golden", "check", "--mode", "rerun", "--junit", str(report))
    (failure,) = ET.parse(report).iter("failure")  # noqa: S314 - our own file
    assert (ended.code, ended.lines[-1], failure.get("type")) == (1, "1 FAIL", "FAIL")
    assert [path.name for path in tmp_path.glob("golden.*")] == ["golden.xml"]


@pytest.mark.usefixtures("third_server")
def test_what_is_strict_is_strict_in_the_report(opstrail: Command, tmp_path: Path) -> None:
    opstrail("golden", "pin", "latest", "--name", "servers", "--threshold", "answer=off")
    report = tmp_path / "golden.xml"
    check = ("golden", "check", "--mode", "rerun", "--junit", str(report))
    opstrail(*check)
    assert ET.parse(report).getroot().get("failures") == "0"  # noqa: S314 - our own file
    opstrail(*check, "--strict")
    assert ET.parse(report).getroot().get("failures") == "1"  # noqa: S314 - our own file


@pytest.mark.usefixtures("pinned")
@pytest.mark.parametrize("place", [".", "nowhere/golden.xml"])
def test_a_report_that_cannot_be_written_is_refused_before_anything_runs(
    opstrail: Command, tmp_path: Path, place: str
) -> None:
    report = str(tmp_path / place)
    ended = opstrail("golden", "check", "--mode", "rerun", "--junit", report)
    assert (ended.code, ended.out) == (2, "")
    assert "cannot be a file: it is a folder, or its folder is not there" in ended.err
    assert len(opstrail("run", "list", "-o", "ids").lines) == 1


def test_goldens_go_to_a_build_server_in_a_bundle(
    opstrail: Command, fresh: Command, pinned: str, tmp_path: Path
) -> None:
    bundle = str(tmp_path / "goldens.zip")
    opstrail("run", "export", *opstrail("golden", "list", "-o", "ids").lines, "--bundle", bundle)
    assert fresh("run", "import", bundle).code == 0
    ended = fresh("golden", "check")
    assert (ended.code, ended.lines[0]) == (0, f"PASS  servers  {pinned}")
