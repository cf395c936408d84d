"""The verification of the log of a database: the whole of it, or what came after a mark."""

from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

from domain.aggregate.envelope import GENESIS
from domain.views.log import LOG_START, LogMark, LogProgress, LogReport, PayloadFindings, log_mark
from infrastructure.event_store.tables import LOG_BATCHES, LOGS, MAIN_LOG
from infrastructure.event_store.verification import LogVerification
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
        after = since if isinstance(since, LogMark) else _mark_before(connection, since)
        if _hash_at(connection, after.position) != bytes.fromhex(after.log_hash):
            problem = f"position {after.position}: the log hash is not the one verified before"
            return _report(after, LOG_START, None, [problem])
        last_position = _end(connection).position
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
        return _end(connection)


def _mark_before(connection: sa.Connection, position: int) -> LogMark:
    columns = LOG_BATCHES.c
    query = (
        sa.select(columns.last_position, columns.log_hash)
        .where(columns.log == MAIN_LOG, columns.last_position <= position)
        .order_by(columns.last_position.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return LOG_START if row is None else log_mark(*row)


def _hash_at(connection: sa.Connection, position: int) -> bytes | None:
    if position == 0:
        return GENESIS
    columns = LOG_BATCHES.c
    query = sa.select(columns.log_hash).where(
        columns.log == MAIN_LOG, columns.last_position == position
    )
    return connection.execute(query).scalar_one_or_none()


def _end(connection: sa.Connection) -> LogMark:
    query = sa.select(LOGS.c.position, LOGS.c.log_hash).where(LOGS.c.log == MAIN_LOG)
    row = connection.execute(query).one_or_none()
    return LOG_START if row is None else log_mark(*row)
