"""How far projections are, and what came of rebuilding them, as text."""

import json
from collections.abc import Sequence
from typing import Final

from adapters.cli.screen import Screen
from adapters.cli.text.tables import Columns, fields_of, table_of, table_with
from domain.json import Cell
from domain.run.facts import counted
from domain.views.projection import (
    Difference,
    LineFault,
    ProjectionStatus,
    RebuildReport,
    RebuiltRunList,
    RepairedLine,
    rebuild_sentence,
)

_STATUS: Final[Columns[ProjectionStatus]] = {
    "projection": lambda found: found.name,
    "generation": lambda found: found.generation,
    "status": lambda found: found.status,
    "position": lambda found: found.position,
    "lag": lambda found: found.lag,
    "parked": lambda found: found.parked_count,
}
_DIFFERENCE: Final[Columns[Difference]] = {
    "key": lambda row: json.dumps(row.key, ensure_ascii=False),
    "live": lambda row: json.dumps(row.live, ensure_ascii=False),
    "rebuilt": lambda row: json.dumps(row.rebuilt, ensure_ascii=False),
}

_REPAIRED: Final[Columns[RepairedLine]] = {
    "tenant": lambda line: line.tenant_id,
    "run": lambda line: line.run_id,
    "was": lambda line: line.was,
    "fields": lambda line: ", ".join(line.fields),
}


def show_statuses(screen: Screen, found: Sequence[ProjectionStatus]) -> None:
    """Print how far each generation is, and what it cannot go on for."""
    screen.show(table_with(_STATUS, found))
    problems = (f"{each.name} {each.generation}: {each.problem}" for each in found if each.problem)
    screen.show_problems(problems)


def show_parked(screen: Screen, found: Sequence[ProjectionStatus]) -> None:
    """Print how far each generation is, and the streams that it does not follow."""
    show_statuses(screen, found)
    rows: list[list[Cell]] = [
        [each.generation, stream.tenant_id, stream.stream_id, stream.position, stream.error]
        for each in found
        for stream in each.parked
    ]
    if rows:
        screen.show("", table_of(("generation", "tenant", "parked run", "from", "error"), rows))


def show_rebuild(screen: Screen, report: RebuildReport) -> None:
    """Print how a rebuilt projection compares with the live one, and which is live now."""
    equivalence = report.equivalence
    facts: list[tuple[str, Cell]] = [
        ("projection", report.name),
        ("live generation", report.live_generation),
        ("rebuilt generation", report.rebuilt_generation),
        ("position", report.position),
        ("equal rows", equivalence.equal_count if equivalence else None),
        ("differing rows", equivalence.differing_count if equivalence else None),
        ("parked before", report.live_parked_count),
        ("parked now", report.rebuilt_parked_count),
    ]
    hint = "" if report.is_swapped else " To replace it: --accept-differences."
    screen.show(fields_of(facts), "", rebuild_sentence(report) + hint)
    if equivalence and equivalence.differences:
        screen.show("", table_with(_DIFFERENCE, equivalence.differences))


def show_run_list_rebuild(screen: Screen, rebuilt: RebuiltRunList) -> None:
    """Print how many lines of the run list were wrong, and the first of them."""
    changed = f"{rebuilt.changed_count} listed otherwise before"
    counts = {
        LineFault.MISSING: rebuilt.missing_count,
        LineFault.DIFFERENT: rebuilt.different_count,
        LineFault.EXTRA: rebuilt.extra_count,
    }
    said = ", ".join(f"{count} {fault}" for fault, count in counts.items() if count)
    screen.show(f"{counted(rebuilt.run_count, 'run')}; {changed}{f' ({said})' if said else ''}.")
    if rebuilt.repaired:
        screen.show("", table_with(_REPAIRED, rebuilt.repaired))
    if rebuilt.unreadable_count:
        runs = counted(rebuilt.unreadable_count, "run")
        told = f"{runs} not as they were written, and left as they are"
        screen.show_problems([f"{told}; `opstrail log verify` names them"])
