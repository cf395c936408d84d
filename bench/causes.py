"""How often the cause of what is planted in demo estates is found, and what a question costs."""

import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Final

from bench.harness import Options, Table
from tests.adapters.tools.calling import Caller
from tests.adapters.tools.planted_estate import Planted, planted_estate

_SEEDS: Final = {"the method was made on": (1, 2), "kept apart": (7, 8)}
_NOTES: Final = [
    "Demo estates of 31 days with 30 incidents each, planted by the seed. Asked is about an item "
    "that shows the incident (one time in five the cause itself), in a window up to two hours too "
    "wide, or the whole day. In quiet windows of one to four hours nothing goes on.",
    "Who planted the incidents also made the method: on records of others fewer are right.",
]


def table(options: Options) -> Table:
    """Ask for each cause, and in as many quiet windows."""
    counted: dict[str, Counter[str]] = {}
    for what, seeds in _SEEDS.items():
        for seed in seeds:
            with (
                tempfile.TemporaryDirectory(dir=options.folder) as folder,
                planted_estate(Path(folder), seed=seed, count=30) as made,
            ):
                _count(made, counted, what)
    names = ("asked", "first", "among three", "named")
    rows = [
        [what, *(str(of[name]) if name in of else "-" for name in names), _cpu(of)]
        for what, of in counted.items()
    ]
    head = ["seeds, window", "asked", "cause first", "among three", "quiet, but named", "CPU ms"]
    return Table("Causes", _NOTES, head, rows)


def _count(made: Planted, counted: dict[str, Counter[str]], what: str) -> None:
    call = Caller(made.estate)
    close, day, quiet = (
        counted.setdefault(f"{what}, {window}", Counter())
        for window in ("close", "the whole day", "quiet")
    )
    for incident, item, time_range in made.questions():
        for of, asked in ((close, time_range), (day, f"{incident.started_at:%Y-%m-%d}")):
            named = _asked(call, of, item, asked)
            of["first"] += named[:1] == [incident.cause]
            of["among three"] += incident.cause in named[:3]
    for item, time_range in made.quiet(30):
        quiet["named"] += bool(_asked(call, quiet, item, time_range))


def _asked(call: Caller, of: Counter[str], item: str, time_range: str) -> list[str]:
    begin = time.process_time()
    rows = call.data("causes.why", items=[item], time_range=time_range)["rows"]
    of["microseconds"] += round(1e6 * (time.process_time() - begin))
    of["asked"] += 1
    return [row["ci_code"] for row in rows]


def _cpu(of: Counter[str]) -> str:
    return f"{of['microseconds'] / of['asked'] / 1000:.0f}"
