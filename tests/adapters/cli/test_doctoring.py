"""`opstrail doctor`: what it prints and how it ends."""

import sqlite3
from contextlib import closing

from tests.adapters.cli.command import Command


def test_a_record_that_holds_is_sound(opstrail: Command) -> None:
    ended = opstrail("doctor")
    assert (ended.code, ended.lines[-1]) == (0, "Sound.")
    attempt = next(line for line in ended.lines if line.startswith("DELETE of events"))
    assert " ".join(attempt.split()) == "DELETE of events authorizer held not authorized"


def test_a_layer_that_is_gone_is_told_and_ends_with_1(opstrail: Command) -> None:
    with closing(sqlite3.connect(opstrail.database)) as connection:
        connection.execute("DROP TRIGGER events_guard_2")
    ended = opstrail("doctor")
    assert (ended.code, ended.lines[-1]) == (1, "Not sound: see the results above.")
    told = [" ".join(line.split()) for line in ended.lines if "missing" in line]
    assert told == ["DELETE of events trigger missing -"]


def test_an_examination_as_json_has_both_parts(opstrail: Command) -> None:
    shown = opstrail("doctor", "-o", "json").json
    assert shown["is_sound"] is True
    assert {"what", "layer", "verdict", "answer"} == set(shown["attempts"][0])
    assert shown["conditions"][0]["name"] == "schema"


def test_an_examination_creates_no_database(fresh: Command) -> None:
    ended = fresh("doctor")
    assert (ended.code, ended.out) == (1, "")
    assert not fresh.database.exists()
