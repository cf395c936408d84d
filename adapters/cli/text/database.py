"""What is known of the database, as text."""

from adapters.cli.screen import Screen
from adapters.cli.text.tables import fields_of, table_of
from domain.run.facts import counted
from domain.views.database import (
    Backup,
    DatabaseReport,
    DatabaseRoles,
    DatabaseSize,
    Examination,
    Swept,
)
from domain.views.log import hash_sentence


def show_report(screen: Screen, report: DatabaseReport) -> None:
    """Print what the database holds, and what is wrong with it."""
    facts = [("database", report.path), ("schema", report.revision)]
    facts += [(name.replace("_", " "), value) for name, value in report.settings.items()]
    screen.show(fields_of([*facts, *report.counts.items()]), "")
    if report.is_sound:
        screen.show("Sound.")
    screen.show_problems(report.problems)


def show_backup(screen: Screen, backup: Backup) -> None:
    """Print where the copy is, and how far it goes."""
    copied = f"{backup.ends_at.position} events, {backup.byte_count:,} bytes"
    screen.show(f"Backed up {copied} to {backup.path}.", hash_sentence(backup.ends_at))


def show_size(screen: Screen, size: DatabaseSize) -> None:
    """Print what takes the room, the largest first."""
    facts = [("database", size.path), ("bytes", f"{size.byte_count:,}")]
    screen.show(fields_of([*facts, ("of them free", f"{size.free_byte_count:,}")]), "")
    parts = [(each.name, each.kind, each.row_count, f"{each.byte_count:,}") for each in size.parts]
    screen.show(table_of(("what", "kind", "rows", "bytes"), parts), "")
    events = [(each.type, each.event_count, f"{each.character_count:,}") for each in size.events]
    screen.show(table_of(("event", "count", "characters"), events))


def show_swept(screen: Screen, swept: Swept) -> None:
    """Print what was deleted, or would be."""
    done = "Would delete" if swept.is_dry_run else "Deleted"
    payloads, size = counted(swept.payload_count, "payload"), counted(swept.byte_count, "byte")
    screen.show(f"{done} {payloads}, {size}.")


def show_roles(screen: Screen, found: DatabaseRoles) -> None:
    """Print the roles, or only the statements that would make them."""
    if found.is_dry_run:
        screen.show("BEGIN;", *(f"{each};" for each in found.statements), "COMMIT;")
        return
    roles = [(each.name, each.may) for each in found.roles]
    screen.show(table_of(("role", "what it may"), roles), "")
    screen.show(
        "Nobody can log in as one of them. Make who can:"
        f" CREATE ROLE serving LOGIN IN ROLE {found.roles[1].name};"
    )


def show_examination(screen: Screen, examination: Examination) -> None:
    """Print what stopped each attempt, and what else was looked at."""
    attempts = [
        (each.what, each.layer.value, each.verdict.value, each.answer)
        for each in examination.attempts
    ]
    looked_at = [
        (each.name, screen.pasteable(each.found), each.problem or "ok")
        for each in examination.conditions
    ]
    screen.show(table_of(("attempt", "layer", "result", "answer"), attempts), "")
    screen.show(table_of(("condition", "found", "result"), looked_at), "")
    screen.show("Sound." if examination.is_sound else "Not sound: see the results above.")
