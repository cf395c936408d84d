"""How benchmarks measure: workloads in turn, round by round, and what comes out as a table."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class NotMeasured(Exception):
    """A workload cannot be measured here; the message says why."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to measure.

    `folder` is on the disk to be measured; `peers` is the Python that has the peers installed;
    `items` are the sizes of the estates.
    """

    seconds: float
    rounds: int
    folder: Path
    peers: Path
    items: Sequence[int]


@dataclass(frozen=True, slots=True)
class Workload:
    """Something that gives one figure a round. `form` is how the figure is written."""

    what: str
    unit: str
    measure: Callable[[], float]
    form: str = ",.0f"


@dataclass(frozen=True, slots=True)
class Table:
    """A part of the results: a title, what must be known to read it, and rows of text."""

    title: str
    notes: Sequence[str]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


Rows = list[tuple[str, str, str]]
"""What was measured, its figure (median, least and greatest) and its unit."""

HEAD = ("what", "median (min - max)", "unit")


Pair = tuple[str, str]
"""What two workloads measure, of which the first is to be held against the second."""


def measured(workloads: Sequence[Workload], *, rounds: int, compared: Sequence[Pair] = ()) -> Rows:
    """Return a row per workload, and one per pair that is compared.

    Each round measures each workload once, so that a noisy moment of the machine hits all of them.
    Who cannot be measured says why in place of a figure, and is not tried again. Raises ValueError
    for two workloads of one name.
    """
    figures: dict[str, list[float]] = {each.what: [] for each in workloads}
    if len(figures) < len(workloads):
        message = "two workloads have one name, and would be taken for each other"
        raise ValueError(message)
    reasons: dict[str, str] = {}
    for _ in range(rounds):
        for workload in workloads:
            if workload.what in reasons:
                continue
            try:
                figures[workload.what].append(workload.measure())
            except NotMeasured as reason:
                reasons[workload.what] = f"not measured: {reason}"
    rows = [
        (each.what, reasons.get(each.what) or spread(figures[each.what], each.form), each.unit)
        for each in workloads
    ]
    return [*rows, *ratios(figures, compared, unit="times")]


def ratios(figures: Mapping[str, Sequence[float]], compared: Sequence[Pair], *, unit: str) -> Rows:
    """Return a row per pair: the first one's figure by the second one's, round by round.

    A pair of which a figure is missing has none.
    """
    return [
        (
            f"{name} / {other}",
            spread(
                [one / its for one, its in zip(figures[name], figures[other], strict=True)], ".2f"
            ),
            unit,
        )
        for name, other in compared
        if figures.get(name) and figures.get(other)
    ]


def spread(figures: Sequence[float], form: str) -> str:
    """Return the median with the least and the greatest."""
    return f"{statistics.median(figures):{form}} ({min(figures):{form}} - {max(figures):{form}})"


def cpu_milliseconds(action: Callable[[], object]) -> float:
    """Return how much processor time of this process the action takes."""
    started = time.process_time()
    action()
    return 1000 * (time.process_time() - started)


def milliseconds(action: Callable[[], object]) -> float:
    """Return how long the action takes."""
    started = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - started)
