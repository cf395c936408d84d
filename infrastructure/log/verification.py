"""The verification of the log of a database: the whole of it, or what came after a mark."""

from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

from domain.views.log import LOG_START, LogMark, LogProgress, LogReport, PayloadFindings
from infrastructure.log.chain import LogVerification
from infrastructure.log.marks import end_of_log, last_mark, log_hash_at
from infrastructure.named_payloads.verification import verify_payloads

PROBLEM_LIMIT: Final = 20
"""How many problems a report names; the verification stops there."""


def verify_log(
    engine: sa.Engine, since: LogMark | int, *, on_progress: Callable[[LogProgress], None]
) -> LogReport:
    """Return what is wrong in the log beyond a mark; `on_progress` is told as it goes on.

    The log up to the mark is believed when its log hash is still that of the mark. A position
    means the end of the last batch that ended there or before.
    """
    with engine.connect() as connection:
        after = since if isinstance(since, LogMark) else last_mark(connection, since)
        if log_hash_at(connection, after.position) != bytes.fromhex(after.log_hash):
            problem = f"position {after.position}: the log hash is not the one verified before"
            return _report(after, LOG_START, None, [problem])
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
        return _report(after, verified_to, payloads, problems)


def _report(
    after: LogMark, verified_to: LogMark, payloads: PayloadFindings | None, problems: list[str]
) -> LogReport:
    return LogReport(
        after=after,
        verified_to=verified_to,
        payloads=payloads,
        problems=tuple(problems[:PROBLEM_LIMIT]),
        is_sound=not problems,
    )


def log_end(engine: sa.Engine) -> LogMark:
    """Return where the log ends."""
    with engine.connect() as connection:
        return end_of_log(connection)
