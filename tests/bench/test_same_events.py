"""Runs of every kind have the events that they had, and older versions can read them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.checkouts import HERE, REFERENCE, NoSuchCommit, checkout
from bench.same_events.checking import DriverFailed, import_problems, kind_problems, made_on
from bench.same_events.comparison import differences
from bench.same_events.kinds import KINDS

ONE, OTHER = "01a229b0-b8c7-734e-b61f-684cebe1128a", "01a229b0-b8c7-734e-b61f-684cebe1128b"
THIRD = "01a229b0-b8c7-734e-b61f-684cebe1128c"
NOW, LATER = "2026-03-01T12:00:00.000000", "2027-03-01T12:00:00.000001"


@pytest.fixture(scope="module")
def reference() -> Path:
    try:
        return checkout(REFERENCE)
    except NoSuchCommit as error:
        pytest.skip(str(error))


@pytest.mark.long
def test_every_kind_of_run_has_the_events_that_it_had(reference: Path, tmp_path: Path) -> None:
    older = made_on(reference, tmp_path / "older", KINDS)
    newer = made_on(HERE, tmp_path / "newer", KINDS)
    problems = {kind.name: kind_problems(kind, older, newer) for kind in KINDS}
    assert {name: found for name, found in problems.items() if found} == {}
    imported = import_problems(reference, newer, KINDS)
    assert len(imported) > 45
    assert {name: found for name, found in imported.items() if found} == {}


def test_every_kind_has_a_name_of_its_own() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) > 50


def test_a_kind_of_run_is_the_same_twice_and_imports(tmp_path: Path) -> None:
    kinds = [kind for kind in KINDS if kind.name == "partial"]
    once, again = (made_on(HERE, tmp_path / name, kinds) for name in ("once", "again"))
    assert kind_problems(kinds[0], once, again) == []
    assert import_problems(HERE, again, kinds) == {"partial": []}
    log = again / "partial" / "log.jsonl"
    log.write_text(log.read_text().replace("nobody is there", "somebody is there"))
    assert [each.splitlines()[0] for each in kind_problems(kinds[0], once, again)] != []
    assert "ended with" in import_problems(HERE, again, kinds)["partial"][0]


def test_code_of_another_place_is_not_taken_for_that_of_the_checkout(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(DriverFailed, match=r"No module named|the code is from"):
        made_on(tmp_path / "elsewhere", tmp_path / "made", [])


def test_a_commit_that_is_not_there_is_named() -> None:
    with pytest.raises(NoSuchCommit, match="there is no commit nonsense"):
        checkout("nonsense")


def test_the_command_says_which_commit_is_not_there() -> None:
    done = check("--reference", "nonsense")
    assert (done.returncode, done.stderr) == (1, NO_COMMIT)


def test_the_command_tells_how_many_kinds_are_the_same() -> None:
    done = check("--reference", str(HERE), "--only", "lookup")
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        [
            f"1 of 1 kinds of runs have the same events as at {HERE},",
            "1 of 1 logs that it can read are sound there.",
        ],
    )


def test_a_folder_is_a_checkout_as_it_is(tmp_path: Path) -> None:
    assert checkout(str(tmp_path)) == tmp_path


NO_COMMIT = "there is no commit nonsense here: fatal: Needed a single revision\n"


def check(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the check as a command."""
    command = [sys.executable, "-m", "bench.same_events", *arguments]
    return subprocess.run(command, cwd=HERE, capture_output=True, encoding="utf-8", check=False)


Event = dict[str, Any]


def event(stream: str = ONE, version: int = 1, **fields: object) -> Event:
    """Return an event as a log has it; its position is its version."""
    return {
        "position": version,
        "stream_id": stream,
        "version": version,
        "event_id": THIRD,
        "type": "run-completed",
        "schema_version": 1,
        "recorded_at": f"{NOW}Z",
        "data": '{"status":"success"}',
        **fields,
    }


def found(
    folder: Path, older: list[Event], newer: list[Event], *, is_any_order: bool = False
) -> list[str]:
    """Return the differences of two logs of these events."""
    files = folder / "older.jsonl", folder / "newer.jsonl"
    for file, events in zip(files, (older, newer), strict=True):
        lines = [{"format": "opstrail-log"}, *({"event": each} for each in events)]
        file.write_text("\n".join(map(json.dumps, lines)))
    return differences(*files, is_any_order=is_any_order)


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ({"event_id": ONE}, {"event_id": OTHER}),
        ({"recorded_at": f"{NOW}Z"}, {"recorded_at": f"{LATER}Z"}),
        ({"actor": {"id": "vm/12/1795995291.96"}}, {"actor": {"id": "host-b/7/1795995292.00"}}),
        ({"data": '{"duration_ms":1.5}'}, {"data": '{"duration_ms":20.75}'}),
        ({"data": '{"engine_version":"1.0"}'}, {"data": '{"engine_version":"1.1"}'}),
        ({"data": '{"value":0.3}'}, {"data": '{"value":0.30000000000000004}'}),
        ({"data": '{"planner":"rules"}'}, {"data": '{"planner":"rules","looked_up":{"near":{}}}'}),
        (
            {"data": '{"results":[{"a":1}]}'},
            {"data": '{"results":[{"a":1,"why_not_driven":"w"}]}'},
        ),
        ({"content_hash": "ab"}, {"content_hash": "cd"}),
    ],
)
def test_what_no_two_logs_share_or_is_new_is_no_difference(
    tmp_path: Path, then: Event, now: Event
) -> None:
    if "event_id" not in then:
        assert found(tmp_path, [event(**then)], [event(**now)]) == []
    else:
        assert found(tmp_path, [event(THIRD, **then)], [event(THIRD, **now)]) == []


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ({"data": '{"a":1,"b":2}'}, {"data": '{"b":2,"a":1}'}),
        ({"data": '{"a":1}'}, {"data": '{"a": 1}'}),
        ({"data": '{"value":0.3}'}, {"data": '{"value":0.300001}'}),
        ({"data": '{"value":1.0}'}, {"data": '{"value":1}'}),
        ({"data": '{"at":"2020-01-19T12:00:00Z"}'}, {"data": '{"at":"2020-01-19T12:00:01Z"}'}),
        ({"recorded_at": f"{NOW}Z"}, {"recorded_at": f"{NOW[:-3]}Z"}),
        ({"type": "run-failed"}, {"type": "run-rejected"}),
        ({"schema_version": 1}, {"schema_version": 2}),
        ({"data": '{"timeout_ms":30.5}'}, {"data": '{"timeout_ms":30.6}'}),
    ],
)
def test_everything_else_is_a_difference(tmp_path: Path, then: Event, now: Event) -> None:
    (told,) = found(tmp_path, [event(**then)], [event(**now)])
    assert told.startswith("event 1 (")


def test_an_event_that_names_another_one_is_a_difference(tmp_path: Path) -> None:
    older = [event(event_id=OTHER), event(version=2, causation_id=OTHER)]
    newer = [event(event_id=OTHER), event(version=2, causation_id=THIRD)]
    assert found(tmp_path, older, older) == []
    assert [told[:7] for told in found(tmp_path, older, newer)] == ["event 2"]


def test_an_event_more_or_less_is_a_difference(tmp_path: Path) -> None:
    assert len(found(tmp_path, [event()], [event(), event(version=2)])) == 1
    assert len(found(tmp_path, [event(), event(version=2)], [event()])) == 1


def results_of(verdict: str, sentence: str, **more: object) -> Event:
    result = {"verdict": verdict, "sentence": sentence, **more}
    return event(type="bulk-replay-progressed", data=json.dumps({"results": [result]}))


def test_how_bulk_replays_tell_differences_is_no_difference(tmp_path: Path) -> None:
    then = results_of("data", "version 7: differs at /limit")
    now = results_of("data", "limit 5 -> 10", others=["the answer: ..."], why_not_driven="given")
    assert found(tmp_path, [then], [now]) == []
    assert len(found(tmp_path, [then], [results_of("path", "limit 5 -> 10")])) == 1


def test_streams_may_take_turns_otherwise(tmp_path: Path) -> None:
    turns = [(ONE, 1, 1), (OTHER, 1, 2), (ONE, 2, 3)]
    others = [(ONE, 1, 1), (ONE, 2, 2), (OTHER, 1, 3)]
    older, newer = (
        [event(stream, version, position=position) for stream, version, position in each]
        for each in (turns, others)
    )
    assert found(tmp_path, older, newer) == []


def test_answers_are_in_any_order_only_where_that_is_said(tmp_path: Path) -> None:
    answers = [{"type": "tool-call-succeeded", "data": f'{{"call_id":"{one}"}}'} for one in "ab"]
    other = {"type": "tool-call-failed", "data": '{"call_id":"b"}'}
    older, newer, wrong = (
        [event(version=version, **each) for version, each in enumerate(told, start=1)]
        for told in (answers, answers[::-1], [answers[0], other])
    )
    assert len(found(tmp_path, older, newer)) == 2
    assert found(tmp_path, older, newer, is_any_order=True) == []
    assert len(found(tmp_path, older, wrong, is_any_order=True)) == 1


def ranking(seconds: float, score: float) -> Event:
    times = f'"estimated_time":{{"ci":{seconds}}}'
    data = f'{{"context":{{{times}}},"candidates":[{{"score":{score},"speed":{score}}}]}}'
    return event(type="tools-ranked", data=data)


def test_a_measured_speed_is_free_and_a_given_one_is_not(tmp_path: Path) -> None:
    assert found(tmp_path, [ranking(0.2, 0.5)], [ranking(0.3, 0.6)]) == []
    assert len(found(tmp_path, [ranking(100.0, 0.5)], [ranking(100.0, 0.6)])) == 1
    assert len(found(tmp_path, [ranking(100.0, 0.5)], [ranking(0.3, 0.6)])) == 1
