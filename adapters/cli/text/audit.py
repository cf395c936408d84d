"""The operator log, as text."""

from typing import Final

from adapters.cli.text.tables import ListText
from domain.times import to_the_second
from domain.views.audit import AuditLine

AUDIT_TEXT: Final[ListText[AuditLine]] = ListText(
    {
        "position": lambda line: line.position,
        "at": lambda line: to_the_second(line.at),
        "principal": lambda line: line.principal,
        "face": lambda line: line.face,
        "operation": lambda line: line.operation,
        "outcome": lambda line: line.outcome if line.error is None else f"failed: {line.error}",
        "target": lambda line: line.target or "",
        "reason": lambda line: line.reason or "",
    },
    id_of=lambda line: str(line.position),
    when_empty="No entries.",
    leave_out=("position", "face", "reason", "target"),
)
