"""Views of a run as it was: at a version or at a time, and what one event changed."""

import pytest

from tests.adapters.cli.command import Command

VIEWS = ["show", "events", "state", "response", "trace", "timeline"]


@pytest.fixture
def asked(opstrail: Command) -> Command:
    opstrail("ask", "How many configuration items are there?")
    return opstrail


def recorded_at(command: Command, version: int) -> str:
    events = command("run", "events", "latest", "-o", "json").json
    return str(events[version - 1]["recorded_at"])


@pytest.mark.parametrize("view", VIEWS)
def test_a_time_shows_the_run_as_it_was_then(asked: Command, view: str) -> None:
    at = recorded_at(asked, 4)
    then = asked("run", view, "latest", "--at", at, "-o", "json")
    assert then.code == 0
    assert then.out == asked("run", view, "latest", "--at", "4", "-o", "json").out


def test_a_time_without_zone_is_utc(asked: Command) -> None:
    at = recorded_at(asked, 4).removesuffix("Z")
    assert asked("run", "state", "latest", "--at", at, "-o", "json").json["version"] == 4


def test_now_is_after_every_event(asked: Command) -> None:
    assert (
        asked("run", "state", "latest", "--at", "now").out == asked("run", "state", "latest").out
    )


@pytest.mark.parametrize("view", VIEWS)
def test_a_time_before_the_first_event_ends_with_4(asked: Command, view: str) -> None:
    ended = asked("run", view, "latest", "--at", "-1h")
    assert (ended.code, ended.out) == (4, "")
    assert f"its first one is of {recorded_at(asked, 1)}" in ended.err


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_neither_version_nor_time_ends_with_2(asked: Command, view: str) -> None:
    ended = asked("run", view, "latest", "--at", "noon")
    assert (ended.code, ended.out) == (2, "")
    assert "'noon' is neither a version nor a time; possible: a version such as 12" in ended.err


@pytest.mark.parametrize("version", ["0", "99"])
def test_a_version_out_of_range_ends_with_4(asked: Command, version: str) -> None:
    last = asked("run", "state", "latest", "-o", "json").json["version"]
    ended = asked("run", "state", "latest", "--at", version)
    assert (ended.code, ended.out) == (4, "")
    assert f"has versions 1 to {last}, not {version}" in ended.err


def test_a_difference_shows_the_event_and_what_it_changed(asked: Command) -> None:
    lines = asked("run", "state", "latest", "--at", "2", "--diff").lines
    assert lines[0].split()[:2] == ["2", "stage-started"]
    assert lines[1] == "      stage route_plan begins"
    assert '        "stage": "route_plan",' in lines
    assert lines[lines.index("changed") + 1 :] == [
        "      state: requested -> route_plan",
        "      allowed: start_route_plan, fail, cancel, recover"
        " -> start_validate, start_present, fail, cancel, recover",
        "      stages.route_plan: - -> started #1",
    ]


def test_a_difference_as_json_is_a_patch_with_the_event(asked: Command) -> None:
    found = asked("run", "state", "latest", "--at", "2", "--diff", "-o", "json").json
    assert found.keys() >= {"run_id", "version", "since_ms", "event", "patch"}
    assert (found["version"], found["event"]["type"]) == (2, "stage-started")
    assert {"op": "replace", "path": "/state", "value": "route_plan"} in found["patch"]


def test_a_difference_without_a_moment_is_that_of_the_last_event(asked: Command) -> None:
    lines = asked("run", "state", "latest", "--diff").lines
    assert "      is_final: false -> true" in lines
    assert "      the run is completed: success" in lines


def test_an_event_that_moves_nothing_changes_the_version_only(asked: Command) -> None:
    types = [event["type"] for event in asked("run", "events", "latest", "-o", "json").json]
    chosen = str(1 + types.index("route-chosen"))
    lines = asked("run", "state", "latest", "--at", chosen, "--diff").lines
    assert lines[-1] == "      nothing but the version"
