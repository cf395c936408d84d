"""Bisecting: among the runs of a question, where did the answer turn from one to another?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from domain.errors import Refused
from domain.replay.compare.turning import blocks_that_differ, came_to, changes, outcome_text
from domain.run.events import HistoryEntry
from domain.run.summary import RunSummary, age, summary_of
from domain.run_filter.filter import Compare, Not, Operator, RunFilter, all_of, any_of, equal
from domain.services.counterparts import two_histories
from domain.services.reader import RunReader
from domain.views.ablation import change_text
from domain.views.bisection import Bisection, Outcome, Side, Turn

READ_AT_MOST: Final = 500
"""So many runs are read one after another; among more it is looked by halving."""

TOLD_AT_MOST: Final = 20
"""So many of the newest turns are told, with what changed."""

_PAGE: Final = 1000
_TEXT_CHARACTERS: Final = 200


class CannotBisect(Refused):
    """There is nothing to look for between these two runs."""

    def __init__(self, good: str, bad: str, *, why: str) -> None:
        self.good, self.bad, self.why = good, bad, why
        super().__init__(f"nothing to look for between {good} and {bad}: {why}")


@dataclass(slots=True)
class _Looking:
    """What is known while it is looked: each run is read once."""

    reader: RunReader
    runs: Sequence[RunSummary]
    with_blocks: bool
    progress: Callable[[str], None]
    known: dict[int, tuple[str, ...] | None] = field(default_factory=dict)

    def history(self, place: int) -> list[HistoryEntry]:
        run = self.runs[place]
        return self.reader.history(run.tenant_id, run.run_id)

    def came_to(self, place: int) -> tuple[str, ...] | None:
        if place not in self.known:
            self.progress(f"{len(self.known) + 1} read of {len(self.runs)} runs")
            history = self.history(place)
            run = summary_of(history)
            self.known[place] = came_to(run, history, with_blocks=self.with_blocks)
        return self.known[place]


def bisect(
    reader: RunReader,
    tenant_id: str,
    good: str,
    bad: str,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> Bisection:
    """Return where the answer of GOOD turned into that of BAD, both as a person types them.

    Forks are what-ifs, and do not count unless they are GOOD or BAD. Raises `CannotBisect`, and
    what `two_histories` raises.
    """
    ends = two_histories(reader, tenant_id, good, bad)
    first, last = summary_of(ends[0]), summary_of(ends[1])
    with_blocks = _is_told_by_blocks((first, ends[0]), (last, ends[1]))
    runs = _between(reader, first, last)
    looking = _Looking(reader, runs, with_blocks, progress)
    is_whole = len(runs) <= READ_AT_MOST
    pairs = [*(_all_turns(looking) if is_whole else _one_turn(looking))]
    turns = tuple(_turn(looking, *pair) for pair in pairs[-TOLD_AT_MOST:])
    return Bisection(
        question=first.question,
        good=_outcome(looking, 0, ends[0]),
        bad=_outcome(looking, len(runs) - 1, ends[1]),
        run_count=len(runs),
        read_count=len(looking.known),
        looked=_looked(looking, is_whole=is_whole),
        verdict=_verdict(turns, turn_count=len(pairs)),
        turn_count=len(pairs),
        turns=turns,
    )


def _is_told_by_blocks(
    good: tuple[RunSummary, list[HistoryEntry]], bad: tuple[RunSummary, list[HistoryEntry]]
) -> bool:
    """Return whether only the blocks tell the two answers apart. Raises `CannotBisect`."""
    why = _refusal(good[0], bad[0])
    without = [came_to(*each, with_blocks=False) for each in (good, bad)]
    lacking = [each[0] for each, found in zip((good, bad), without, strict=True) if found is None]
    if lacking:
        why = why or f"run {lacking[0].run_id} is {lacking[0].state}, and has come to nothing yet"
    with_blocks = without[0] == without[1]
    if with_blocks and len({came_to(*each, with_blocks=True) for each in (good, bad)}) == 1:
        why = why or f'both come to the same: "{outcome_text(*good)[:_TEXT_CHARACTERS]}"'
    if why:
        raise CannotBisect(good[0].run_id, bad[0].run_id, why=why)
    return with_blocks


def _refusal(good: RunSummary, bad: RunSummary) -> str | None:
    if good.run_id == bad.run_id:
        return "they are one run"
    if good.question != bad.question:
        return f"one asks {good.question!r}, and the other {bad.question!r}"
    if age(bad) < age(good):
        return f"BAD was asked before GOOD, at {bad.requested_at}; GOOD is the older one"
    return None


def _between(reader: RunReader, good: RunSummary, bad: RunSummary) -> list[RunSummary]:
    """Return the runs of the question that have come to something, from GOOD to BAD."""
    ended = any_of(*(equal("state", state) for state in ("completed", "failed", "rejected")))
    named = any_of(equal("id", good.run_id), equal("id", bad.run_id))
    where = all_of(
        equal("question", good.question),
        Compare("started", Operator.AT_LEAST, good.requested_at),
        Compare("started", Operator.AT_MOST, bad.requested_at),
        any_of(named, all_of(ended, Not(equal("origin", "fork")))),
    )
    found = [run for run in _pages(reader, good.tenant_id, where) if age(good) <= age(run)]
    return sorted((run for run in found if age(run) <= age(bad)), key=age)


def _pages(reader: RunReader, tenant_id: str, where: RunFilter) -> Iterator[RunSummary]:
    last: str | None = None
    while True:
        page = reader.summaries(tenant_id, where, limit=_PAGE, before=last).summaries
        yield from page
        if len(page) < _PAGE:
            return
        last = page[-1].run_id


def _all_turns(looking: _Looking) -> Iterator[tuple[int, int]]:
    """Yield every two neighbours of which one comes to what GOOD or BAD does, and not both."""
    ends = {looking.came_to(0), looking.came_to(len(looking.runs) - 1)}
    for place in range(1, len(looking.runs)):
        two = {looking.came_to(place - 1), looking.came_to(place)}
        if len(two) > 1 and two & ends:
            yield place - 1, place


def _one_turn(looking: _Looking) -> Iterator[tuple[int, int]]:
    """Yield two neighbours of which only the later comes to what BAD does."""
    low, high = 0, len(looking.runs) - 1
    bad = looking.came_to(high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if looking.came_to(middle) == bad else (middle, high)
    looking.came_to(low)
    yield low, high


def _turn(looking: _Looking, before: int, after: int) -> Turn:
    histories = looking.history(before), looking.history(after)
    one, other = _outcome(looking, before, histories[0]), _outcome(looking, after, histories[1])
    texts = [outcome_text(summary_of(each), each) for each in histories]
    is_in_blocks = texts[0].split() == texts[1].split()
    return Turn(
        before=one,
        after=other,
        is_to_bad=other.side == "bad",
        sentence=blocks_that_differ(*histories) if is_in_blocks else change_text(*texts),
        changes=tuple(changes(*histories)),
    )


def _outcome(looking: _Looking, place: int, history: list[HistoryEntry]) -> Outcome:
    run, found = looking.runs[place], looking.came_to(place)
    ends: tuple[tuple[Side, int], ...] = (("good", 0), ("bad", len(looking.runs) - 1))
    sides = [side for side, end in ends if looking.came_to(end) == found]
    text = outcome_text(summary_of(history), history)
    return Outcome(
        run_id=run.run_id,
        requested_at=run.requested_at,
        side=sides[0] if sides else "other",
        text=text[:_TEXT_CHARACTERS],
    )


def _looked(looking: _Looking, *, is_whole: bool) -> str:
    count, read = len(looking.runs), len(looking.known)
    if is_whole:
        return f"read all {count} runs of the question from GOOD to BAD, one after another"
    return f"read {read} of {count} runs by halving: where it turned more than once, it shows once"


def _verdict(turns: Sequence[Turn], *, turn_count: int) -> str:
    leaving = [turn for turn in turns if turn.before.side == "good"]
    last = [turn for turn in turns if turn.is_to_bad][-1]
    came = f"from {last.before.run_id} to {last.after.run_id}"
    if turn_count == 1:
        return f"the answer turned {came}"
    if turn_count == len({*leaving, last}):
        left = f"from {leaving[0].before.run_id} to {leaving[0].after.run_id}"
        return f"the answer ceased to be GOOD's {left}, and became BAD's {came}"
    return f"the answer turned {turn_count} times; it became BAD's for good {came}"
