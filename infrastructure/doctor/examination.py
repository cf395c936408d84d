"""The whole examination of a database: the trials of its guards, and its other conditions."""

from dataclasses import dataclass

import sqlalchemy as sa

from infrastructure.doctor.conditions import Condition, conditions
from infrastructure.doctor.postgres_attempts import attempt_on_postgres
from infrastructure.doctor.sqlite_attempts import attempt_on_sqlite
from infrastructure.doctor.trials import Attempt, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What came of the trials, and what else was looked at."""

    attempts: tuple[Attempt, ...]
    conditions: tuple[Condition, ...]

    @property
    def is_sound(self) -> bool:
        """Whether no layer is missing and everything is in order."""
        is_guarded = all(each.verdict is not Verdict.MISSING for each in self.attempts)
        return is_guarded and all(each.problem is None for each in self.conditions)


def examine(engine: sa.Engine) -> Examination:
    """Return the state of the database and of what guards it; changes nothing.

    What is tried is tried on a connection of the service, and rolled back.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    attempts = attempt_on_sqlite(engine) if is_sqlite else attempt_on_postgres(engine)
    return Examination(attempts=tuple(attempts), conditions=tuple(conditions(engine)))
