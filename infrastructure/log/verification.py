"""The verification of the log of a database: the whole of it, or what came after a mark."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from infrastructure.log.chain import LogMark, LogVerification
from infrastructure.log.marks import end_of_log, last_mark, log_hash_at
from infrastructure.named_payloads.verification import PayloadFindings, verify_payloads

PROBLEM_LIMIT: Final = 20
"""How many problems a report names; the verification stops there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReport:
    """What was verified: the batches after one mark, up to another, and the payloads they name.

    `verified_to` is the mark up to which nothing was wrong with the log. At `PROBLEM_LIMIT`
    problems the verification stopped, and there may be more. `payloads` is None when it did not
    come to them.
    """

    after: LogMark
    verified_to: LogMark
    problems: tuple[str, ...]
    payloads: PayloadFindings | None = None

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class LogProgress:
    """How far a verification has come without a problem, and where the log ends."""

    verified_to: LogMark
    last_position: int


def verify_log(
    engine: sa.Engine, since: LogMark | int, *, on_progress: Callable[[LogProgress], None]
) -> LogReport:
    """Return what is wrong in the log beyond a mark; `on_progress` is told as it goes on.

    The log up to the mark is believed when its log hash is still that of the mark. A position
    means the end of the last batch that ended there or before.
    """
    with engine.connect() as connection:
        after = since if isinstance(since, LogMark) else last_mark(connection, since)
        if log_hash_at(connection, after.position) != after.log_hash:
            problem = f"position {after.position}: the log hash is not the one verified before"
            return LogReport(after=after, verified_to=LogMark(), problems=(problem,))
        last_position = end_of_log(connection).position
        verification = LogVerification(connection, after=after)
        verified_to, problems = after, list[str]()
        for found in verification.steps():
            problems += found
            if len(problems) >= PROBLEM_LIMIT:
                break
            if not problems:
                verified_to = verification.mark
                on_progress(LogProgress(verified_to, last_position))
        payloads, left = None, PROBLEM_LIMIT - len(problems)
        if left > 0:
            payloads = verify_payloads(connection, after=after.position, problem_limit=left)
            problems += payloads.problems
        return LogReport(
            after=after,
            verified_to=verified_to,
            problems=tuple(problems[:PROBLEM_LIMIT]),
            payloads=payloads,
        )


def log_end(engine: sa.Engine) -> LogMark:
    """Return where the log ends."""
    with engine.connect() as connection:
        return end_of_log(connection)
