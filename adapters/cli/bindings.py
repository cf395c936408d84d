"""Which commands ask for which operation; a test tries each of them and sees that it does."""

import re
from collections.abc import Mapping
from typing import Final

_OTHERWISE: Final[Mapping[str, tuple[str, ...]]] = {
    "run.ask": ("ask", "run start"),
    "run.plan": ("ask --plan-only",),
    "run.explain": ("ask --explain",),
    "run.call": ("run show --call",),
    "run.state_change": ("run state --diff",),
    "run.proof": ("log verify --run",),
    "run.verify_all": ("run verify --all",),
    "run.verify_bundle": ("run verify-bundle",),
    "run.verify_bundle_runs": ("run verify --bundle",),
    "run.lost": ("run recover --dry-run",),
    "run.resume_preview": ("run resume --preview",),
    "run.fork_preview": ("run fork --preview",),
    "run.rerun_preview": ("run rerun --preview",),
    "replay.preview": ("replay start --preview",),
    "run.erase_preview": ("run erase --preview",),
    "golden.check_live": ("golden check --mode rerun",),
    "audit.list": ("audit",),
    "db.doctor": ("doctor",),
}


NOT_OF_A_COMMAND: Final[Mapping[str, str]] = {
    "log.list": "`log export` writes it, and `run events` shows that of a run",
    "estate.items": "pages list them; `ask` does, too",
    "estate.item": "pages show it; `ask` does, too",
    "estate.relations": "pages draw them; `ask` tells of them, too",
    "estate.runs": "pages list them; `run search` finds them by what was answered",
    "run.calls": "`run show` has them in short, and `run trace -o json` whole",
    "run.query": "`ask --explain` tells how a question is read",
    "golden.history": "pages show it; `run lineage` has what was pinned of a family of runs",
    "query.complete": "a page asks for it while somebody types",
    "view.list": "pages keep them",
    "view.show": "pages keep them",
    "view.save": "pages keep them",
    "view.remove": "pages keep them",
}
"""The operations that no command asks for, each with the reason."""


_OPTIONS: Final[Mapping[str, str]] = {
    "roles": "role",
    "scopes": "scope",
    "every": "all",
    "is_forced": "force",
    "Idempotency-Key": "key",
}
"""The options that are not called as the fields of the params that they fill."""
_NAMED: Final = re.compile(
    r"`(?:((?:asset|estate|golden|key|projection|rule|run)\.[a-z_]+)( [^`]*)?|/([a-z_]+))`"
)


def option_of(field: str) -> str:
    """Return the option that fills a field of the params of an operation."""
    return f"--{_OPTIONS.get(field, field).replace('_', '-')}"


def in_commands(text: str) -> str:
    """Return a text with commands where it names operations, and with options for fields."""
    return _NAMED.sub(_in_command, text)


def _in_command(found: re.Match[str]) -> str:
    operation, arguments, field = found.groups("")
    if field:
        return option_of(field)
    return f"`opstrail {commands_of(operation)[0]}{arguments}`"


def commands_of(operation: str) -> tuple[str, ...]:
    """Return the commands that ask for an operation: most are called as it is."""
    if operation in NOT_OF_A_COMMAND:
        return ()
    named = operation.replace(".", " ").replace("_", "-")
    return _OTHERWISE.get(operation, (named,))
