"""What a run costs by itself: its calls do nothing, and one follows the other.

Beside it, in turn, the opstrail that this one is compared with.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench.checkouts import REFERENCE
from bench.harness import HEAD, Options, Pair, Table, Workload, measured
from bench.processes import Program, ours, reference

_RUNS: Final = 100
_SECONDS: Final = 5
_FLOOR_SECONDS: Final = 0.5
_SCRIPT: Final = Path(__file__).parent / "contenders" / "one_at_a_time.py"
_WHOSE: Final = {"opstrail": ours, REFERENCE: reference}
_ONE, _FIVE = "run of one call", "run of five calls"
_FLOOR: Final = f"floor, {_FIVE}, by CPU"
_FIGURES: Final = {"p50": ("p50_ms", "ms"), "by CPU": ("cpu_ms", "CPU ms")}


@dataclass(frozen=True, slots=True)
class _Runs:
    """Runs of so many calls, on new databases in a folder."""

    calls: int
    what: str
    folder: str
    numbers: "count[int]"

    def workloads(self) -> list[Workload]:
        """Return each figure of both versions."""
        return [
            Workload(
                _name(whose, self.what, name), unit, partial(self.figure, program, key), ",.2f"
            )
            for name, (key, unit) in _FIGURES.items()
            for whose, program in _WHOSE.items()
        ]

    def figure(self, whose: Callable[[], Program], name: str) -> float:
        """Return one of the figures that the script prints."""
        asked = ["--database", self._url(), "--calls", str(self.calls), "--runs", str(_RUNS)]
        return float(whose().result([str(_SCRIPT), *asked], seconds=_SECONDS)[name])

    def floor(self) -> float:
        """Return the processor's milliseconds of a run by hand."""
        asked = ["--database", self._url(), "--at-once", "1", "--seconds", str(_FLOOR_SECONDS)]
        command = ["-m", "bench.contenders.floor_runs", *asked]
        return float(ours().result(command, seconds=_SECONDS)["cpu_ms"])

    def _url(self) -> str:
        return f"sqlite:///{self.folder}/bench{next(self.numbers)}.db"


def table(options: Options) -> Table:
    """Measure on new SQLite databases."""
    notes = [
        f"Each figure is of {_RUNS} durable runs in a process of its own, after a warm-up: the "
        "median time from the request to the end, or the processor's time by their number. The "
        "floor is that of whole runs."
    ]
    with TemporaryDirectory(dir=options.folder) as folder:
        numbers = count(1)
        one, five = _Runs(1, _ONE, folder, numbers), _Runs(5, _FIVE, folder, numbers)
        workloads = [
            *one.workloads(),
            *five.workloads(),
            Workload(_FLOOR, "CPU ms", five.floor, ",.2f"),
        ]
        rows = measured(workloads, rounds=options.rounds, compared=compared())
    return Table("Overhead", notes, HEAD, rows)


def compared() -> list[Pair]:
    """Return what is held against what."""
    pairs = [
        (_name("opstrail", what, figure), _name(REFERENCE, what, figure))
        for what in (_ONE, _FIVE)
        for figure in _FIGURES
    ]
    return [*pairs, (_FLOOR, _name("opstrail", _FIVE, "by CPU"))]


def _name(whose: str, what: str, figure: str) -> str:
    return f"{whose}, {what}, {figure}"
