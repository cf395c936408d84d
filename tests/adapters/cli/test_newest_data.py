"""An answer tells how new the data behind it are: in a line, or one for each time."""

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


def test_calls_that_do_not_agree_have_a_line_each(opstrail: Command) -> None:
    of_item, of_points = lines(opstrail, *CPU)
    assert of_item.startswith("newest data of primary: 20")
    assert of_points.startswith("newest data of metric: 2025-12-31T11:00:00+00:00")


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
