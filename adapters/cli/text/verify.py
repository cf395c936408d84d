"""Verdicts on runs, as text."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from adapters.cli.screen import Screen, printable
from domain.views.verdict import Divergence, Verdict, build_text


def show_verdict(screen: Screen, verdict: Verdict, *, has_details: bool = False) -> None:
    """Print the verdict, with each cause by which the events differ."""
    if verdict.is_same:
        screen.show(Text(f"same: {verdict.run_id}, {verdict.version} events", style="green"))
        screen.show(*(Text(printable(line), style="dim") for line in _surroundings(verdict)))
        return
    lines = [
        line
        for divergence in verdict.divergences
        for line in divergence_lines(divergence, has_details=has_details)
    ]
    if verdict.missing:
        lines.append(f"missing: {verdict.missing}")
    lines += _surroundings(verdict)
    screen.show(*(Text(printable(line)) for line in lines))


def show_verdicts(
    screen: Screen, verdicts: Sequence[Verdict], *, has_details: bool = False
) -> None:
    """Print the verdicts on several runs, one after the other."""
    for verdict in verdicts:
        if not verdict.is_same:
            screen.show(Text(f"{verdict.run_id}:"))
        show_verdict(screen, verdict, has_details=has_details)


def divergence_lines(divergence: Divergence, *, has_details: bool) -> Iterator[str]:
    """Yield a cause in one line; in detail also every field, and every event that follows."""
    yield f"diverged ({divergence.kind}) at version {divergence.version}: {divergence.told}"
    if not has_details:
        return
    for change in divergence.changes:
        yield f"  {change}"
        yield from (f"    {line}" for line in change.diff)
    for each in divergence.consequences:
        yield f"  follows at version {each.version}: {each.sentence}"


def _surroundings(verdict: Verdict) -> Iterator[str]:
    """Yield what the verdict covers, and the builds."""
    why = f": {verdict.why_not_driven}" if verdict.why_not_driven else ""
    yield f"  planning: {verdict.planning}{why}"
    if verdict.tools_as_recorded:
        yield f"  taken as recorded, of packages: {', '.join(verdict.tools_as_recorded)}"
    recorded, now = build_text(verdict.engine_version), build_text(verdict.verified_by)
    yield f"  recorded by {recorded}, verified by {now}"
