"""What was acknowledged stays, whenever the process that wrote it is killed."""

import random
import time

import pytest
import sqlalchemy as sa

from tests.infrastructure.faults.witness import Witness
from tests.infrastructure.faults.writers import Writer

KILLS = {"sqlite": 40, "postgresql": 20}
LATEST_SECONDS = 0.05


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.long)])
def test_a_writer_killed_at_any_moment_loses_nothing_and_the_next_one_goes_on(
    times: int, engine: sa.Engine
) -> None:
    witness = Witness(str(engine.url))
    for _ in range(times * KILLS[engine.dialect.name]):
        writer = Writer(str(engine.url))
        heard = [writer.hear()]
        time.sleep(random.uniform(0, LATEST_SECONDS))
        witness.assert_has(heard + writer.kill())
