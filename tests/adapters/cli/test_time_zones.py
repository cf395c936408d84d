"""Days and clock times are those of who asks; text shows times there, JSON in UTC."""

import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from msgspec import Struct

from adapters.cli.choices import Choice, zone_chosen
from adapters.cli.local_times import in_zone
from domain.time_zones import zone_of
from infrastructure.clock import SystemClock
from tests.adapters.cli.command import Command
from tests.adapters.site import IMPACT

pytestmark = pytest.mark.usefixtures("planned_by_hand")

EVENTS = "How many events happened today?"
NOW = datetime(2026, 3, 1, 20, tzinfo=UTC)
TOKYO = "Asia/Tokyo"  # there it is the next morning
WINDOW = "today in Asia/Tokyo: 2026-03-02T00:00:00+09:00 to 2026-03-03T00:00:00+09:00"
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[.\d]*(\S{1,6})")


@pytest.fixture(autouse=True)
def _at_night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SystemClock, "now", lambda clock: NOW.astimezone(clock._zone))


def test_today_is_the_day_of_who_asks_and_the_answer_names_it(opstrail: Command) -> None:
    ended = opstrail("--time-zone", TOKYO, "ask", EVENTS)
    assert WINDOW in ended.lines
    meta = opstrail("run", "response", "latest", "-o", "json").json["meta"]
    assert meta["time_zone"] == TOKYO
    assert meta["windows"] == [
        {
            "asked": "today",
            "start": "2026-03-01T15:00:00+00:00",
            "end": "2026-03-02T15:00:00+00:00",
        }
    ]


def test_whoever_looks_sees_the_day_that_was_meant(opstrail: Command) -> None:
    opstrail("--time-zone", TOKYO, "ask", EVENTS)
    assert WINDOW in opstrail("--time-zone", "America/Lima", "run", "response", "latest").lines


def test_a_span_that_means_the_same_everywhere_is_not_told_again(opstrail: Command) -> None:
    ended = opstrail("--time-zone", TOKYO, "ask", "How many events happened in the last 24 hours?")
    assert (ended.code, " in Asia/Tokyo" in ended.out) == (0, False)


def test_verified_and_rerun_elsewhere_it_is_the_same_day(opstrail: Command) -> None:
    opstrail("--time-zone", TOKYO, "ask", EVENTS)
    verified = opstrail("--time-zone", "America/Lima", "run", "verify", "latest")
    assert (verified.code, verified.out.startswith("same: ")) == (0, True)
    again = opstrail("--time-zone", "America/Lima", "run", "rerun", "latest", "--reason", "r")
    assert WINDOW in again.lines


def test_a_plan_alone_is_of_the_same_day(opstrail: Command) -> None:
    for zone, span in ((TOKYO, "2026-03-02..2026-03-08"), ("UTC", "2026-02-23..2026-03-01")):
        planned = opstrail("--time-zone", zone, "ask", "--plan-only", "events this week")
        assert span in json.dumps(planned.json)


@pytest.mark.parametrize(
    ("zone", "query", "count"),
    [
        ("UTC", "started = 2026-03-01", 1),
        ("UTC", "started = 2026-03-02", 0),
        (TOKYO, "started = 2026-03-01", 0),
        (TOKYO, "started = 2026-03-02", 1),
        (TOKYO, "started > '2026-03-02T04:59'", 1),
        (TOKYO, "started > '2026-03-02T05:01'", 0),
        (TOKYO, "started = today", 1),
        (TOKYO, "started = yesterday", 0),
    ],
)
def test_filters_mean_the_days_of_who_asks(
    opstrail: Command, zone: str, query: str, count: int
) -> None:
    opstrail("ask", IMPACT)
    listed = opstrail("--time-zone", zone, "run", "list", "-q", query, "-o", "ids")
    assert len(listed.lines) == count


def test_kinds_of_failures_are_counted_from_the_day_of_who_asks(opstrail: Command) -> None:
    opstrail("ask", "What is affected if srv-99 fails?")
    found = {
        zone: opstrail(
            "--time-zone", zone, "run", "failures", "--since", "2026-03-02", "-o", "ids"
        )
        for zone in (TOKYO, "UTC")
    }
    assert {zone: len(ended.lines) for zone, ended in found.items()} == {TOKYO: 1, "UTC": 0}


def test_a_moment_is_on_the_clock_of_who_asks(opstrail: Command) -> None:
    opstrail("ask", IMPACT)
    at = ("run", "state", "latest", "--at", "2026-03-02 05:00")
    assert opstrail("--time-zone", TOKYO, *at).code == 0
    assert opstrail("--time-zone", "Pacific/Auckland", *at).code == 4


def test_a_bulk_replay_keeps_the_zone_of_its_filter(opstrail: Command) -> None:
    opstrail("ask", IMPACT)
    filtered = ("--mode", "verify", "-q", "started = 2026-03-02", "--reason", "r", "-o", "json")
    assert opstrail("replay", "start", *filtered).out == ""
    started = opstrail("--time-zone", TOKYO, "replay", "start", *filtered).json
    assert (started["run_count"], started["started"]["time_zone"]) == (1, TOKYO)


@pytest.mark.parametrize(
    "words",
    [
        "run list",
        "run show latest",
        "run events latest",
        "run timeline latest",
        "run trace latest",
        "run lineage latest",
        "run failures",
        "golden list",
        "golden show it",
        "replay list",
        "replay show latest",
        "estate summary",
    ],
)
def test_text_shows_local_times_and_json_utc(opstrail: Command, words: str) -> None:
    opstrail("ask", "What is affected if srv-99 fails?")
    opstrail("ask", IMPACT)
    opstrail("run", "annotate", "latest", "seen")
    opstrail("golden", "pin", "latest", "--name", "it")
    opstrail("replay", "start", "--mode", "verify", "-q", "", "--reason", "r")
    text = opstrail("--time-zone", "Asia/Kathmandu", *words.split())
    assert text.code == 0
    lines = [line for line in text.lines if not re.match(r" +[\"{}\[\]]", line)]
    shown = set(INSTANT.findall("\n".join(lines)))
    assert shown <= {"+05:45", "+05:45,"}
    plain = opstrail("--time-zone", "Asia/Kathmandu", *words.split(), "-o", "json")
    assert "+05:45" not in plain.out


def test_lines_of_events_are_as_they_are_hashed(opstrail: Command) -> None:
    opstrail("ask", IMPACT)
    lines = opstrail("--time-zone", TOKYO, "run", "events", "latest", "-o", "jsonl")
    assert lines.out == opstrail("run", "events", "latest", "-o", "jsonl").out


class Pair(NamedTuple):
    at: str
    name: str


@dataclass(frozen=True, slots=True)
class Held:
    pairs: tuple[Pair, ...]


class Stored(Struct, frozen=True):
    held: Held
    cells: dict[str, list[object]]


def test_every_instant_of_a_view_is_told_in_the_zone_and_nothing_else() -> None:
    at, local = "2026-03-01T12:00:00.000000Z", "2026-03-01T13:00:00.000000+01:00"
    view = Stored(Held((Pair(at, f"at {at}"),)), {at: [at, 1, None, "2026-03-01", f"{at} "]})
    assert in_zone(view, zone_of("Europe/Berlin")) == Stored(
        Held((Pair(local, f"at {at}"),)), {at: [local, 1, None, "2026-03-01", f"{at} "]}
    )
    assert in_zone(view, UTC) is view


def test_a_time_that_clocks_left_out_is_refused_with_those_that_may_be_meant(
    opstrail: Command,
) -> None:
    opstrail("ask", IMPACT)
    plan = {"aggregate": {"scope": "event", "time_range": "2026-03-29T02:30..2026-03-30"}}
    ended = opstrail(
        *("--time-zone", "Europe/Berlin", "tool", "call", "history.event_log", "--params"),
        json.dumps({"time_range": plan["aggregate"]["time_range"]}),
    )
    assert "did not happen in Europe/Berlin" in ended.out + ended.err
    assert "write 2026-03-29T03:30:00+02:00 or 2026-03-29T01:30:00+01:00" in ended.out + ended.err


@pytest.mark.parametrize(
    ("environment", "link", "zone"),
    [
        ({}, "/usr/share/zoneinfo/Europe/Berlin", ZoneInfo("Europe/Berlin")),
        ({}, "/usr/share/zoneinfo/Etc/UTC", UTC),
        ({}, "/var/db/timezone/zoneinfo/Mars/Phobos", UTC),
        ({"TZ": "Asia/Tokyo"}, "/usr/share/zoneinfo/Europe/Berlin", ZoneInfo(TOKYO)),
        ({"TZ": "Mars/Phobos"}, "/usr/share/zoneinfo/Europe/Berlin", ZoneInfo("Europe/Berlin")),
    ],
)
def test_who_names_no_zone_is_in_that_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], link: str, zone: object
) -> None:
    monkeypatch.delenv("TZ", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    real = os.path.realpath
    monkeypatch.setattr(
        os.path, "realpath", lambda path: link if path == "/etc/localtime" else real(path)
    )
    monkeypatch.setattr("tzlocal.unix._cache_tz_name", None)
    assert zone_chosen({"time_zone": Choice(None, "default")}) == zone


def test_help_and_errors_say_that_a_time_without_a_zone_is_in_yours(opstrail: Command) -> None:
    shown = " ".join(opstrail("run", "show", "--help").out.replace("│", " ").split())
    assert "A time without a zone is in yours." in shown
    opstrail("ask", EVENTS)
    assert "in your time zone" in opstrail("run", "show", "latest", "--at", "noon").err


def test_events_are_told_in_the_zone_of_who_reads_them(opstrail: Command) -> None:
    opstrail("ask", EVENTS)
    for command in ("events", "watch"):
        line = opstrail("--time-zone", TOKYO, "run", command, "latest").lines[0]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]{12}\+09:00", line.split()[1])
