"""Verdicts on runs, and on which results an answer hangs, as text."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import table_of
from domain.views.verdict import Ablated, Divergence, DivergentEvent, Verdict, build_text

_ABLATION_COLUMNS: Final = ("call", "replaced by", "effect", "answer")


def show_verdict(screen: Screen, verdict: Verdict) -> None:
    """Print the verdict, with the first event that differs."""
    if verdict.divergence is None:
        screen.show(Text(f"same: {verdict.run_id}, {verdict.version} events", style="green"))
        screen.show(Text(_builds(verdict), style="dim"))
        return
    lines = [*_lines(verdict.divergence)]
    if verdict.missing:
        lines.append(f"missing: {verdict.missing}")
    lines.append(_builds(verdict))
    screen.show(*(Text(printable(line)) for line in lines))


def show_verdicts(screen: Screen, verdicts: Sequence[Verdict]) -> None:
    """Print the verdicts on several runs, one after the other."""
    for verdict in verdicts:
        if not verdict.is_same:
            screen.show(Text(f"{verdict.run_id}:"))
        show_verdict(screen, verdict)


def show_ablation(screen: Screen, found: Sequence[Ablated]) -> None:
    """Print what came of each replacement."""
    rows = [
        (each.call_id, each.replacement, each.effect, each.answer or each.error or each.missing)
        for each in found
    ]
    screen.show(table_of(_ABLATION_COLUMNS, rows))


def _lines(divergence: Divergence) -> Iterator[str]:
    yield f"diverged ({divergence.kind}): {divergence.sentence}"
    for pointer in divergence.pointers:
        yield f"  at {pointer}"
    yield from _side("recorded", divergence.expected)
    yield from _side("now", divergence.actual)


def _builds(verdict: Verdict) -> str:
    recorded, now = build_text(verdict.engine_version), build_text(verdict.verified_by)
    return f"  recorded by {recorded}, verified by {now}"


def _side(name: str, event: DivergentEvent | None) -> Iterator[str]:
    if event is None:
        yield f"{name}: no such event"
        return
    yield f"{name}: {event.type} (version {event.version})"
    yield f"  {json.dumps(event.data, ensure_ascii=False)}"
