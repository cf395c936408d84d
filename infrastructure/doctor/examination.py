"""The whole examination of a database: the trials of its guards, and its other conditions."""

import sqlalchemy as sa

from domain.views.database import Examination, LayerVerdict
from infrastructure.doctor.conditions import conditions
from infrastructure.doctor.postgres_attempts import attempt_on_postgres
from infrastructure.doctor.sqlite_attempts import attempt_on_sqlite


def examine(engine: sa.Engine) -> Examination:
    """Return the state of the database and of what guards it; changes nothing.

    What is tried is tried on a connection of the service, and rolled back.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    attempts = attempt_on_sqlite(engine) if is_sqlite else attempt_on_postgres(engine)
    looked_at = tuple(conditions(engine))
    is_guarded = all(each.verdict is not LayerVerdict.MISSING for each in attempts)
    return Examination(
        attempts=tuple(attempts),
        conditions=looked_at,
        is_sound=is_guarded and all(each.problem is None for each in looked_at),
    )
