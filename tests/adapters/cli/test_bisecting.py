"""`opstrail run bisect`."""

import json
from pathlib import Path

import pytest

from tests.adapters.cli.command import Command
from tests.adapters.site import SECOND_SERVER

pytestmark = pytest.mark.usefixtures("planned_by_hand")

SERVERS = "How many servers are there?"
THIRD_SERVER = {**SECOND_SERVER, "ci_id": "id-srv-77", "ci_code": "srv-77"}


def ask(opstrail: Command, question: str = SERVERS) -> str:
    return str(opstrail("ask", question, "-o", "json").json["run_id"])


@pytest.fixture
def asked(opstrail: Command, tmp_path: Path) -> tuple[Command, list[str]]:
    """Four runs of a question; before the third a server was added."""
    runs = [ask(opstrail), ask(opstrail)]
    (file := tmp_path / "cis.json").write_text(json.dumps([THIRD_SERVER]), encoding="utf-8")
    assert opstrail("estate", "import", str(file)).code == 0
    return opstrail, [*runs, ask(opstrail), ask(opstrail)]


def test_it_says_where_the_answer_turned_and_what_changed(
    asked: tuple[Command, list[str]],
) -> None:
    opstrail, runs = asked
    ended = opstrail("run", "bisect", runs[0], "latest")
    assert ended.code == 0
    assert ended.lines[:3] == [
        f"The answer turned from {runs[1]} to {runs[2]}.",
        "Read all 4 runs of the question from GOOD to BAD, one after another.",
        "",
    ]
    assert ended.lines[3].startswith(f"{runs[1]} (")
    assert ended.lines[3].endswith("Z, good)")
    assert ended.lines[4].endswith("Z, bad)")
    assert ended.lines[5] == '  "2 servers." -> "3 servers."'
    assert "  call: aggregate (ci.aggregate) answered " in ended.out
    assert "  estate: estate revision: /ci " in ended.out
    assert ended.lines[-1] == f"  opstrail run compare {runs[1]} {runs[2]}"


@pytest.mark.parametrize(
    ("good", "bad", "code", "told"),
    [
        (0, 1, 2, "both come to the same"),
        (3, 0, 2, "BAD was asked before GOOD"),
        (0, 0, 2, "they are one run"),
        (0, None, 4, "run-none"),
    ],
)
def test_where_there_is_nothing_to_find_it_is_said(
    asked: tuple[Command, list[str]], good: int, bad: int | None, code: int, told: str
) -> None:
    opstrail, runs = asked
    ended = opstrail("run", "bisect", runs[good], "run-none" if bad is None else runs[bad])
    assert (ended.code, ended.out) == (code, "")
    assert told in ended.err


def test_runs_of_two_questions_are_refused(asked: tuple[Command, list[str]]) -> None:
    opstrail, runs = asked
    other = ask(opstrail, "How many configuration items are there?")
    ended = opstrail("run", "bisect", runs[0], other)
    assert ended.code == 2
    assert "and the other 'How many configuration items are there?'" in ended.err
