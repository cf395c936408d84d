import pytest
import sqlalchemy as sa

from infrastructure.ids import UuidIds
from infrastructure.projections.projections import Projections
from tests.fakes import FrozenClock


@pytest.fixture
def projections(engine: sa.Engine) -> Projections:
    return Projections(engine, clock=FrozenClock(), ids=UuidIds())
