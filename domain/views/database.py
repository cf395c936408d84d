"""The database: what it holds, what is wrong with it, and whether the record is guarded."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.views.json_form import View
from domain.views.log import LogMark


@dataclass(frozen=True, slots=True)
class CurrentDatabase:
    """A database that has the schema of this version; `url` is without a password."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseReport:
    """What a check of the database found.

    `settings` are those of the database that durability rests on, and `counts` the rows of each
    table of the event store. `problems` are at most twenty: then the check stopped, and there may
    be more.
    """

    path: str
    revision: str | None
    settings: dict[str, str]
    counts: dict[str, int]
    problems: tuple[str, ...]
    is_sound: bool


@dataclass(frozen=True, slots=True)
class Swept:
    """How many payloads were deleted, or would be, and the bytes that they took."""

    payload_count: int
    byte_count: int
    is_dry_run: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A copy of a database that was verified, and where the log in it ends."""

    path: str
    byte_count: int
    ends_at: LogMark


@dataclass(frozen=True, slots=True)
class Part:
    """A table or an index, and what it takes; only tables have a `row_count`."""

    name: str
    kind: str
    byte_count: int
    row_count: int | None


@dataclass(frozen=True, slots=True)
class EventsOfType:
    """The events of a type, and how long what they say is, all together."""

    type: str
    event_count: int
    character_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSize:
    """What takes the room in a database; `free_byte_count` of it is used again first."""

    path: str
    byte_count: int
    free_byte_count: int
    parts: tuple[Part, ...]
    events: tuple[EventsOfType, ...]


@dataclass(frozen=True, slots=True)
class DatabaseRole:
    """A role of the database, and what it may do."""

    name: str
    may: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseRoles:
    """The roles of a database, and the statements that make them, or would."""

    roles: tuple[DatabaseRole, ...]
    statements: tuple[str, ...]
    is_dry_run: bool


class Layer(StrEnum):
    """What stops a statement."""

    AUTHORIZER = "authorizer"
    RIGHTS = "rights"
    TRIGGER = "trigger"


class LayerVerdict(StrEnum):
    """Whether a layer stopped a statement.

    Rights are not set up where the service's own role owns the tables. A trigger is not reached
    where rights stop the statement before it.
    """

    HELD = "held"
    MISSING = "missing"
    NOT_SET_UP = "not set up"
    NOT_REACHED = "not reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of a forbidden statement at one layer; `answer` is in the database's own words."""

    what: str
    layer: Layer
    verdict: LayerVerdict
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that was looked at; `problem` is None when it is in order."""

    name: str
    found: str
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What came of the attempts to break the record, and what else was looked at.

    It is sound when no layer is missing and everything else is in order.
    """

    attempts: tuple[Attempt, ...]
    conditions: tuple[Condition, ...]
    is_sound: bool


CURRENT_DATABASE: Final[View[CurrentDatabase]] = View("current-database", CurrentDatabase)
DATABASE: Final[View[DatabaseReport]] = View("database", DatabaseReport)
SWEPT: Final[View[Swept]] = View("swept", Swept)
BACKUP: Final[View[Backup]] = View("backup", Backup)
DATABASE_SIZE: Final[View[DatabaseSize]] = View("database-size", DatabaseSize)
DATABASE_ROLES: Final[View[DatabaseRoles]] = View("database-roles", DatabaseRoles)
DOCTOR: Final[View[Examination]] = View("doctor", Examination)
