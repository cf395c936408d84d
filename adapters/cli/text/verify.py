"""The verdict on a run as text and as JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.text import Text

from adapters.cli.options import TextFormat
from adapters.cli.screen import Screen, printable
from domain.replay.compare.divergence import Divergence, DivergentEvent
from domain.replay.verify.verify import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedVerdict:
    """A verdict as `run verify` prints it; `divergence` is null when nothing diverged.

    `version` is how many events were compared, `engine_version` the opstrail that took the
    request, `missing` the call that was asked for and is not on the record.
    """

    run_id: str
    version: int
    verdict: Literal["same", "diverged"]
    engine_version: str | None
    missing: str | None
    divergence: Divergence | None


def show_verdict(screen: Screen, verdict: Verdict, output: TextFormat) -> None:
    """Print the verdict, with the first event that differs."""
    if output is TextFormat.JSON:
        screen.show_json(_printed(verdict))
    else:
        _show_text(screen, verdict)


def show_verdicts(screen: Screen, verdicts: Sequence[Verdict], output: TextFormat) -> None:
    """Print the verdicts on several runs, one after the other."""
    if output is TextFormat.JSON:
        screen.show_json([_printed(verdict) for verdict in verdicts])
        return
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


def _printed(verdict: Verdict) -> PrintedVerdict:
    return PrintedVerdict(
        run_id=verdict.run_id,
        version=verdict.version,
        verdict="same" if verdict.is_same else "diverged",
        engine_version=verdict.engine_version,
        missing=str(verdict.missing) if verdict.missing else None,
        divergence=verdict.divergence,
    )


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
