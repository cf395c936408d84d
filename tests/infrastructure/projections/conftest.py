import pytest
import sqlalchemy as sa

from domain.ports import EventStore
from infrastructure.ids import UuidIds
from infrastructure.projections.projections import Projections
from tests.fakes import FrozenClock
from tests.infrastructure.projections.logs import Log


@pytest.fixture
def log(store: EventStore) -> Log:
    return Log(store)


@pytest.fixture
def projections(engine: sa.Engine) -> Projections:
    return Projections(engine, clock=FrozenClock(), ids=UuidIds())
