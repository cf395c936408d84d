"""An answer tells in a line how new the data behind it are."""

import re

from domain.json import as_map
from tests.adapters.cli.command import Command

MANY = ("How many configuration items are there?", "--anchor", "data")
CPU = ("Average cpu_usage of srv-01 over the last 24 hours", "--anchor", "data")


def lines(opstrail: Command, *question: str) -> list[str]:
    return [line for line in opstrail("ask", *question).lines if line.startswith("newest data")]


def test_calls_that_agree_have_one_line(opstrail: Command) -> None:
    (line,) = lines(opstrail, *MANY)
    assert line.startswith("newest data: 20")
    assert opstrail("run", "show", "latest").lines.count(line) <= 1


def test_calls_that_do_not_agree_are_named(opstrail: Command) -> None:
    (line,) = lines(opstrail, *CPU)
    assert re.fullmatch(
        r"newest data: 20[-\dT:]+\+00:00 \(primary\), 2025-12-31T11:00:00\+00:00 \(metric\)", line
    )


def test_the_json_tells_it_of_each_call(opstrail: Command) -> None:
    opstrail("ask", *CPU)
    told = as_map(opstrail("run", "response", "latest", "-o", "json").json["meta"])["newest_data"]
    assert isinstance(told, list)
    assert [(as_map(each)["call_id"], as_map(each)["kind"]) for each in told] == [
        ("primary", "configuration items"),
        ("metric", "metric points"),
    ]
    assert [as_map(each)["is_old"] for each in told] == [False, False]


def test_a_verification_takes_it_from_the_record(opstrail: Command) -> None:
    opstrail("ask", *CPU)
    assert opstrail("run", "verify", "latest", "-o", "json").json["verdict"] == "same"
