"""`opstrail run compare`."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from adapters.bootstrap import open_service
from domain.aggregate.envelope import Actor
from domain.run.aggregate import RUN
from domain.run.commands import PinGolden
from domain.writer import Authorship, StreamWriter
from infrastructure.clock import SystemClock
from infrastructure.ids import UuidIds
from tests.adapters.cli.command import Command, Ended
from tests.adapters.site import SECOND_SERVER

pytestmark = pytest.mark.usefixtures("planned_by_hand")

SERVERS, APPS = "List servers.", "List apps."
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "compare.md"


class Runs(NamedTuple):
    """Two runs, and the command on their database."""

    opstrail: Command
    a: str
    b: str

    def compare(self, *arguments: str) -> Ended:
        return self.opstrail("run", "compare", *(arguments or (self.a, self.b)))


def ask(opstrail: Command, question: str) -> str:  # gives the run's id
    return str(opstrail("ask", question, "-o", "json").json["run_id"])


def bring_in(opstrail: Command, folder: Path, row: dict[str, str]) -> None:
    """Import one configuration item."""
    (folder / "cis.json").write_text(json.dumps([row]), encoding="utf-8")
    assert opstrail("estate", "import", str(folder / "cis.json")).code == 0


@pytest.fixture
def twice(opstrail: Command) -> Runs:
    """The same question asked twice."""
    return Runs(opstrail, ask(opstrail, SERVERS), ask(opstrail, SERVERS))


@pytest.fixture
def changed(opstrail: Command, tmp_path: Path) -> Runs:
    """The same question asked before and after a third server came."""
    before = ask(opstrail, SERVERS)
    bring_in(opstrail, tmp_path, {**SECOND_SERVER, "ci_id": "srv-03", "ci_code": "srv-03"})
    return Runs(opstrail, before, ask(opstrail, SERVERS))


def test_runs_that_came_out_the_same_end_with_0(twice: Runs) -> None:
    ended = twice.compare()
    assert ended.code == 0
    assert ended.lines[0] == "Same but for timing"


def test_a_run_is_the_same_as_itself(twice: Runs) -> None:
    assert twice.compare("latest", "latest").lines[0] == "Same"


def test_runs_that_came_out_otherwise_end_with_1(changed: Runs) -> None:
    ended = changed.compare()
    assert ended.code == 1
    assert ended.lines[0].startswith("Answer changed; first divergence (data): call list")


def test_the_text_marks_calls_and_words_that_changed(changed: Runs) -> None:
    out = changed.compare().out
    assert re.search(r"^Calls: 1 ≠ different$", out, re.MULTILINE)
    assert re.search(
        r"^≠ +\S+ +\S+ +ci\.\w+ +succeeded, 2 rows +succeeded, 3 rows", out, re.MULTILINE
    )
    assert re.search(r"\[-2-\] ?\{\+3\+\}", out)
    assert re.search(r"result: replace /total 3", out)
    assert "+ reference ci:srv-03" in out


def test_two_runs_can_be_named_in_one_word(changed: Runs) -> None:
    assert changed.compare(f"{changed.a}..{changed.b}").out == changed.compare().out


def test_the_previous_run_is_the_side_that_it_is_named_as(changed: Runs) -> None:
    assert changed.compare("previous..latest").out == (changed.compare().out)
    assert changed.compare("previous", changed.b).out == changed.compare().out
    found = changed.compare("latest..previous", "-o", "json").json
    assert (found["a"]["run_id"], found["b"]["run_id"]) == (changed.b, changed.a)


def test_a_run_without_a_previous_one_is_not_found(opstrail: Command) -> None:
    opstrail("ask", SERVERS)
    ended = opstrail("run", "compare", "previous..latest")
    assert ended.code == 4
    assert "has no previous run of the same question" in ended.err


def test_a_run_without_a_golden_one_is_not_found(twice: Runs) -> None:
    ended = twice.compare("golden..latest")
    assert ended.code == 4
    assert "has no golden run of the same question" in ended.err


def test_the_golden_run_is_the_side_a(changed: Runs) -> None:
    _pin(changed.opstrail, changed.a)
    found = changed.compare("golden..latest", "-o", "json").json
    assert (found["a"]["run_id"], found["a"]["golden"], found["b"]["run_id"]) == (
        changed.a,
        "usual",
        changed.b,
    )


def _pin(opstrail: Command, run_id: str) -> None:
    with open_service(f"sqlite:///{opstrail.database}") as service:
        by = Authorship(opstrail.tenant, Actor("person", "ada"))
        writer = StreamWriter(
            RUN, run_id, by, store=service.store, clock=SystemClock(), ids=UuidIds()
        )
        writer.continue_from(service.reader.history(opstrail.tenant, run_id))
        writer.handle(PinGolden("usual"))
        writer.append()


@pytest.mark.parametrize(
    "arguments",
    [
        ("latest",),
        ("latest..",),
        ("..latest",),
        ("a..b..c",),
        ("a", "b", "c"),
    ],
)
def test_what_are_not_two_runs_is_refused(twice: Runs, arguments: tuple[str, ...]) -> None:
    ended = twice.compare(*arguments)
    assert ended.code == 2
    assert "give two runs, `A B` or `A..B`, not" in ended.err


def test_previous_and_golden_stand_beside_a_run(twice: Runs) -> None:
    ended = twice.compare("previous..golden")
    assert ended.code == 2
    assert "'previous' stands beside a run: `latest..previous` or" in ended.err


def test_an_unknown_run_is_not_found(twice: Runs) -> None:
    ended = twice.compare("latest", "run-none")
    assert ended.code == 4
    assert f"no run run-none in this tenant; the latest is {twice.b} (" in ended.err


def test_what_is_ignored_makes_no_difference(opstrail: Command, tmp_path: Path) -> None:
    before = ask(opstrail, SERVERS)
    bring_in(opstrail, tmp_path, {**SECOND_SERVER, "owner": "team-b"})
    runs = Runs(opstrail, before, ask(opstrail, SERVERS))
    ignored = ("--ignore", "ci:/rows/*/owner", "--ignore", "/rows/*/updated_at")
    marks = [
        [call["mark"] for call in runs.compare("previous..latest", *options).json["calls"]]
        for options in (["-o", "json"], ["-o", "json", *ignored])
    ]
    assert marks == [["≠"], ["≈"]]


def test_what_is_no_pattern_is_refused(twice: Runs) -> None:
    ended = twice.compare("previous..latest", "--ignore", "rows")
    assert ended.code == 2
    assert "'rows' is no pattern of what to ignore; give a JSON pointer such as" in ended.err


def test_only_differences_hides_what_is_the_same(twice: Runs) -> None:
    shown, whole = (twice.compare(twice.a, twice.b, *o) for o in (["--only-differences"], []))
    assert "Stages" in whole.out
    assert "Stages" not in shown.out
    as_json = twice.compare(twice.a, twice.b, "--only-differences", "-o", "json").json
    assert (as_json["calls"], as_json["stages"], as_json["call_counts"]) == ([], [], {"=": 1})


def test_a_tolerance_lets_numbers_differ(changed: Runs) -> None:
    assert changed.compare(changed.a, changed.b, "--tolerance", "2").code == 2
    found = changed.compare(changed.a, changed.b, "--tolerance", "0.5", "-o", "json").json
    assert not [e for e in found["divergence"]["pointers"] if e.endswith("/total")]


def test_json_has_the_whole_comparison(changed: Runs) -> None:
    ended = changed.compare("previous..latest", "-o", "json")
    (call,) = ended.json["calls"]
    assert (ended.code, ended.json["is_same"], ended.json["divergence"]["kind"]) == (
        1,
        False,
        "data",
    )
    assert (call["mark"], call["a"]["row_count"], call["b"]["row_count"]) == ("≠", 2, 3)
    assert {"op": "replace", "path": "/total", "value": 3} in call["result_patch"]


def test_every_field_of_the_json_is_on_its_page(changed: Runs) -> None:
    page = PAGE.read_text(encoding="utf-8")
    found = changed.compare("previous..latest", "-o", "json").json
    del found["a"], found["b"]  # summaries of runs, as `run show -o json` prints them
    for each in [found["divergence"], *found["divergences"]]:
        each["expected"]["data"] = each["actual"]["data"] = None
    for call in found["calls"]:
        call["a"]["params"] = call["b"]["params"] = None
    assert [name for name in _names(found) if f"`{name}`" not in page] == []


def _names(value: object) -> Iterator[str]:
    """Yield the names of all fields but those of JSON Patches, which RFC 6902 describes."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield name
            if not name.endswith("patch"):
                yield from _names(each)
    if isinstance(value, list):
        for each in value:
            yield from _names(each)


def test_markdown_is_a_report_with_tables(changed: Runs) -> None:
    ended = changed.compare(changed.a, changed.b, "-o", "markdown")
    assert ended.code == 1
    assert ended.lines[0] == f"# Run {changed.b} beside {changed.a}"
    assert "| ≠ | " in ended.out
    assert "~~2~~ **3**" in ended.out


def test_markdown_escapes_what_comes_from_the_runs(opstrail: Command) -> None:
    for _ in range(2):
        opstrail("ask", "How many | _pipes_ <b>are</b> there?")
    out = opstrail("run", "compare", "previous..latest", "-o", "markdown").out
    assert "How many \\| \\_pipes\\_ \\<b\\>are\\</b\\> there?" in out


def test_another_question_is_compared_too(opstrail: Command) -> None:
    runs = Runs(opstrail, ask(opstrail, SERVERS), ask(opstrail, APPS))
    ended = runs.compare()
    assert ended.code == 1
    assert 'the request: question "List servers." -> "List apps."' in ended.lines[0]
    assert re.search(r"^  plan: \w+ /", ended.out, re.MULTILINE)
