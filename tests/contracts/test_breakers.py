"""The contract of circuit breakers: what has failed, for all processes, by one clock."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from domain.tools.policies.breakers import Breakers, Circuit
from infrastructure.breakers.sql import SqlBreakers
from infrastructure.breakers.tables import CIRCUIT_BREAKERS
from tests.contracts.databases import copied
from tests.fake_breakers import MemoryBreakers

OURS = Circuit("acme", "sql", "select")
THEIRS = Circuit("other", "sql", "select")
MINUTE_MS = 60_000


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def breakers(
    request: pytest.FixtureRequest, empty_database: Path, tmp_path: Path
) -> Iterator[Breakers]:
    if request.param == "memory":
        yield MemoryBreakers()
    elif request.param == "postgres":
        yield SqlBreakers(request.getfixturevalue("postgres_engine"))
    else:
        with copied(empty_database, tmp_path) as engine:
            yield SqlBreakers(engine)


def opened(breakers: Breakers, circuit: Circuit = OURS) -> None:
    breakers.failed(circuit, threshold=1, is_probe=False)


def probe(breakers: Breakers, *, reset_ms: int = 0, term_ms: int = MINUTE_MS) -> bool:
    return breakers.take_probe(OURS, reset_ms=reset_ms, term_ms=term_ms)


def test_what_never_failed_is_not_known(breakers: Breakers) -> None:
    assert breakers.standings("acme") == {}
    assert not probe(breakers)


def test_failures_are_counted_and_open_the_circuit_at_the_threshold(breakers: Breakers) -> None:
    for count in (1, 2):
        breakers.failed(OURS, threshold=3, is_probe=False)
        standing = breakers.standings("acme")[OURS]
        assert (standing.failure_count, standing.open_ms) == (count, None)
    breakers.failed(OURS, threshold=3, is_probe=False)
    open_ms = breakers.standings("acme")[OURS].open_ms
    assert open_ms is not None
    assert -1 <= open_ms < 5000


def test_an_answer_forgets_the_failures(breakers: Breakers) -> None:
    opened(breakers)
    breakers.answered(OURS)
    assert breakers.standings("acme") == {}


def test_a_circuit_is_of_one_tenant(breakers: Breakers) -> None:
    opened(breakers, THEIRS)
    assert breakers.standings("acme") == {}
    breakers.answered(OURS)
    assert set(breakers.standings("other")) == {THEIRS}


def test_nobody_tries_before_the_time(breakers: Breakers) -> None:
    opened(breakers)
    assert not probe(breakers, reset_ms=MINUTE_MS)


def test_of_many_that_try_at_once_one_does(breakers: Breakers) -> None:
    opened(breakers)
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: probe(breakers), range(16)))
    assert taken.count(True) == 1


def test_what_happens_at_once_is_all_counted(breakers: Breakers) -> None:
    with ThreadPoolExecutor(8) as threads:
        failures = [
            threads.submit(breakers.failed, OURS, threshold=100, is_probe=False) for _ in range(40)
        ]
        for each in failures:
            each.result()
    assert breakers.standings("acme")[OURS].failure_count == 40


def test_a_probe_of_a_dead_process_is_over_after_its_term(breakers: Breakers) -> None:
    opened(breakers)
    assert probe(breakers, term_ms=0)
    assert probe(breakers)
    assert not probe(breakers)


def test_who_would_try_for_a_shorter_time_waits_for_a_probe_too(breakers: Breakers) -> None:
    opened(breakers)
    assert probe(breakers)
    assert not probe(breakers, term_ms=1)


def test_a_probe_that_was_given_up_is_free(breakers: Breakers) -> None:
    opened(breakers)
    assert probe(breakers)
    breakers.give_back(OURS)
    assert probe(breakers)


def test_a_probe_that_fails_opens_the_circuit_anew(breakers: Breakers) -> None:
    opened(breakers)
    assert probe(breakers)
    breakers.failed(OURS, threshold=5, is_probe=True)
    assert breakers.standings("acme")[OURS].failure_count == 2
    assert not probe(breakers, reset_ms=MINUTE_MS)
    assert probe(breakers)


def test_what_fails_late_neither_opens_it_anew_nor_frees_the_probe(breakers: Breakers) -> None:
    opened(breakers)
    assert probe(breakers)
    opened(breakers)
    assert not probe(breakers)


def test_a_clock_that_was_set_back_does_not_leave_a_tool_alone_for_ever(
    breakers: Breakers,
) -> None:
    opened(breakers)
    assert probe(breakers)
    if isinstance(breakers, MemoryBreakers):
        now = breakers.now()
        breakers.now = lambda: now - 86_400
    else:
        assert isinstance(breakers, SqlBreakers)
        later = breakers._in_ms(86_400_000)
        with breakers._engine.begin() as connection:
            changed = CIRCUIT_BREAKERS.update().values(opened_at=later, probe_until=later)
            connection.execute(changed)
    assert probe(breakers, reset_ms=MINUTE_MS)
    assert not probe(breakers, reset_ms=MINUTE_MS)  # there is one
