"""What is under way at a server is stopped by who says so, or goes on at the next one."""

import signal
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from infrastructure.database.engine import create_engine
from tests.acceptance.serving import Following, Server, serving

HANGING = str(Path(__file__).with_name("hanging_calls.py"))
QUESTION = "How many configuration items are there?"
ACTIVE = (
    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%'"
    " AND state = 'active' AND pid <> pg_backend_pid()"
)
SOON = 5.0
"""Seconds; the call hangs for a minute, and the machine may be busy."""


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "sqlite":
        return tmp_path / "opstrail.db"
    url: Path = request.getfixturevalue("postgres_url")
    return url


def hanging(server: Server) -> tuple[str, Following]:
    """Return a run whose call hangs by now, and who follows it."""
    run_id = server.post("/runs", question=QUESTION)["id"]
    following = server.follow(f"/runs/{run_id}/stream")
    following.until("tool-call-started")
    time.sleep(0.3)
    return run_id, following


def soon_none(database: Path) -> bool:
    """Return whether the server of the database soon carries out nothing for the call."""
    if "postgresql" not in str(database):
        return True  # it goes on in the process, which the next test ends
    engine, active = create_engine(str(database)), sa.text(ACTIVE)
    with engine.connect() as connected:
        connection = connected.execution_options(isolation_level="AUTOCOMMIT")
        ends = time.monotonic() + SOON
        while (found := connection.execute(active).scalar_one()) and time.monotonic() < ends:
            time.sleep(0.05)
    engine.dispose()
    return not found


def test_who_cancels_a_run_stops_its_statement_and_its_followers_hear_who_and_why(
    database: Path,
) -> None:
    with serving(database, sys.executable, HANGING, HANGS="statement") as server:
        run_id, following = hanging(server)
        begun = time.monotonic()
        server.post(f"/runs/{run_id}/cancel", reason="enough")
        following.end()
        assert time.monotonic() < begun + SOON
        assert soon_none(database)
    assert following.ids == [*range(1, len(following.ids) + 1)]
    assert following.messages[-1][2]["state"] == "cancelled"
    assert '"why":"enough"' in following.messages[-2][2]["data"]


def test_a_server_that_is_told_to_stop_says_bye_and_the_next_one_carries_its_runs_on(
    database: Path,
) -> None:
    with serving(database, sys.executable, HANGING, HANGS="statement") as server:
        run_id, following = hanging(server)
        begun = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        following.end()
        server.process.wait(timeout=60)
        took = time.monotonic() - begun
    assert took < SOON
    assert following.last_kind == "bye"
    with serving(database) as server:
        rest = server.follow(f"/runs/{run_id}/stream", after=following.ids[-1]).end()
    ids = following.ids + rest.ids
    assert ids == [*range(1, len(ids) + 1)]
    assert (rest.types[0], rest.messages[-1][2]["state"]) == ("run-recovered", "completed")
