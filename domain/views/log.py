"""The log of all events: a place in it, and what a verification of it found."""

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from domain.aggregate.envelope import GENESIS
from domain.audit.event_lines import LogLine
from domain.views.json_form import View


@dataclass(frozen=True, slots=True)
class LogMark:
    """A place between two batches of the log, and the log hash there, in hexadecimal."""

    position: Annotated[int, Field(ge=0)]
    log_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class LogProgress:
    """How far a verification has come without a problem, and where the log ends."""

    verified_to: LogMark
    last_position: int


@dataclass(frozen=True, slots=True)
class PayloadFindings:
    """How many events name a payload that is there, or one that was erased, and problems.

    `missing_count` are those that name one that is neither: each is a problem.
    """

    present_count: int
    erased_count: int
    problems: tuple[str, ...]
    missing_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReport:
    """What was verified: the batches after one mark, up to another, and the payloads they name.

    `verified_to` is the mark up to which nothing was wrong with the log. `problems`, those of the
    payloads among them, are at most twenty: then the verification stopped, and there may be more.
    `payloads` is None when it did not come to them.
    """

    after: LogMark
    verified_to: LogMark
    payloads: PayloadFindings | None
    problems: tuple[str, ...]
    is_sound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """Events of a tenant in the order of the log.

    All up to the position `next` were looked at: what comes later comes after that. Where `end` is
    after it there is more, or may be.
    """

    events: list[LogLine]
    next: int
    end: int


LOG_PAGE: Final[View[LogPage]] = View("log-page", LogPage)
LOG_START: Final = LogMark(0, GENESIS.hex())
LOG_MARK: Final[View[LogMark]] = View("log-mark", LogMark)
LOG_REPORT: Final[View[LogReport]] = View("log-report", LogReport)


def log_mark(position: int, log_hash: bytes) -> LogMark:
    """Return the mark at a position, with its hash as text."""
    return LogMark(position, log_hash.hex())


def hash_sentence(mark: LogMark) -> str:
    """Return the log hash at a mark as a sentence."""
    return f"The log hash at position {mark.position} is {mark.log_hash}."
