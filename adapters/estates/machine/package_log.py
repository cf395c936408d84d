"""dpkg's own log as event log entries: what was installed, upgraded, removed, and when."""

import gzip
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from domain.estate.records import EventLogEntry

SEVERITIES = {"install": 2, "upgrade": 2, "remove": 3, "purge": 3}
"""The actions that become entries, and how severe they are."""

_ACTIONS = [[action] for action in SEVERITIES]
_LINE = re.compile(r"(?P<at>\S+ \S+) (?P<action>\w+) (?P<package>\S+) (?P<old>\S+) (?P<new>\S+)$")


@dataclass(frozen=True, slots=True)
class PackageLog:
    """The entries in the log's order; `warnings` tell what could not be read."""

    entries: list[EventLogEntry]
    warnings: list[str]


@dataclass(slots=True)
class _LocalTime:
    """Turns local times into UTC; as lines are in order, a step back is the end of summer time."""

    last: datetime | None = None

    def utc(self, text: str) -> datetime:
        local = datetime.fromisoformat(text)
        at = local.astimezone(UTC)
        if self.last is not None and at < self.last:
            at = local.replace(fold=1).astimezone(UTC)
        self.last = at
        return at


def read_package_log(folder: Path, item_of: Callable[[str], str]) -> PackageLog:
    """Return the entries of all `dpkg.log*` files; `item_of` gives the item's id of a package.

    Times in the log are of the machine's time zone. An entry's id is a digest of its line, so
    that a line gives the same entry whenever and from whichever rotated file it is read.
    """
    lines, warnings = _all_lines(sorted(folder.glob("dpkg.log*"), key=_rotation, reverse=True))
    entries, bad = _entries(lines, item_of)
    if bad:
        warnings.append(f"{bad} lines of dpkg's log are not understood")
    return PackageLog(entries, warnings)


def _rotation(file: Path) -> int:
    number = file.name.removeprefix("dpkg.log.").removesuffix(".gz")
    return int(number) if number.isdecimal() else 0


def _all_lines(files: Sequence[Path]) -> tuple[list[str], list[str]]:
    lines: list[str] = []
    warnings = []
    for file in files:
        try:
            lines += _text(file).splitlines()
        except (OSError, EOFError) as error:
            warnings.append(f"{file} cannot be read: {error}")
    return lines, warnings


def _text(file: Path) -> str:
    content = file.read_bytes()
    if file.suffix == ".gz":
        content = gzip.decompress(content)
    return content.decode("utf-8", "replace")


def _entries(
    lines: Iterable[str], item_of: Callable[[str], str]
) -> tuple[list[EventLogEntry], int]:
    clock, seen, bad = _LocalTime(), Counter[str](), 0
    entries = []
    for line in lines:
        if line.split(" ", 3)[2:3] not in _ACTIONS:
            continue
        seen[line] += 1
        try:
            entries.append(_entry(line, seen[line], clock=clock, item_of=item_of))
        except ValueError:
            bad += 1
    return entries, bad


def _entry(
    line: str, occurrence: int, *, clock: _LocalTime, item_of: Callable[[str], str]
) -> EventLogEntry:
    """Return the entry of a line. Raises `ValueError` when the line is not of the known form."""
    match = _LINE.match(line)
    if match is None:
        raise ValueError(line)
    action, package = match["action"], match["package"]
    digest = hashlib.sha256(f"{occurrence} {line}".encode()).hexdigest()[:20]
    return EventLogEntry(
        entry_id=f"dpkg-{digest}",
        ci_id=item_of(package),
        occurred_at=clock.utc(match["at"]),
        event_type=action,
        severity=SEVERITIES[action],
        source="dpkg",
        title=f"{action} {package}",
        message=f"{action} {package}: {match['old']} -> {match['new']}",
        attributes={"package": package, "old_version": match["old"], "new_version": match["new"]},
    )
