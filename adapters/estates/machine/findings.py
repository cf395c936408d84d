"""What one part of the discovery found: items, relations, records and warnings."""

from dataclasses import dataclass

from domain.estate.records import ConfigurationItem, EventLogEntry, Relation, RelationType
from domain.values.text import replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Items and what is known about them; `warnings` say what could not be seen."""

    items: tuple[ConfigurationItem, ...] = ()
    relations: tuple[Relation, ...] = ()
    event_log: tuple[EventLogEntry, ...] = ()
    warnings: tuple[str, ...] = ()


def relation(source_id: str, rel_type: RelationType, target_id: str) -> Relation:
    """Return the relation read "source TYPE target"."""
    return Relation(source_id=source_id, target_id=target_id, rel_type=rel_type)


def readable(text: str) -> str:
    """Return the text with what is no text replaced by U+FFFD: names on Linux are bytes."""
    return replaced(text)
