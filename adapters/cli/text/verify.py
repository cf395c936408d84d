"""The verdict on a run as text and as JSON."""

import json
from collections.abc import Iterator, Sequence

from rich.text import Text

from adapters.cli.options import TextFormat
from adapters.cli.screen import Screen, printable
from domain.views.verdict import Divergence, DivergentEvent, Verdict


def show_verdict(screen: Screen, verdict: Verdict, output: TextFormat) -> None:
    """Print the verdict, with the first event that differs."""
    if output is TextFormat.JSON:
        screen.show_json(verdict)
    else:
        _show_text(screen, verdict)


def show_verdicts(screen: Screen, verdicts: Sequence[Verdict]) -> None:
    """Print the verdicts on several runs, one after the other."""
    for verdict in verdicts:
        if not verdict.is_same:
            screen.show(Text(f"{verdict.run_id}:"))
        _show_text(screen, verdict)


def _show_text(screen: Screen, verdict: Verdict) -> None:
    if verdict.divergence is None:
        screen.show(Text(f"same: {verdict.run_id}, {verdict.version} events", style="green"))
        return
    lines = [*_lines(verdict.divergence)]
    if verdict.missing:
        lines.append(f"missing: {verdict.missing}")
    screen.show(*(Text(printable(line)) for line in lines))


def _lines(divergence: Divergence) -> Iterator[str]:
    yield f"diverged ({divergence.kind}): {divergence.sentence}"
    for pointer in divergence.pointers:
        yield f"  at {pointer}"
    yield from _side("recorded", divergence.expected)
    yield from _side("now", divergence.actual)


def _side(name: str, event: DivergentEvent | None) -> Iterator[str]:
    if event is None:
        yield f"{name}: no such event"
        return
    yield f"{name}: {event.type} (version {event.version})"
    yield f"  {json.dumps(event.data, ensure_ascii=False)}"
