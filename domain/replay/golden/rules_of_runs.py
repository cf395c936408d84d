"""The rules about a run as a whole that is judged by a golden one: its end, plan and answer."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from domain.replay.compare.changes import shortened
from domain.replay.golden.trial import Trial, named, status_of
from domain.views.comparison import Mark
from domain.views.golden import Grade, Mode
from domain.views.verdict import DivergenceClass, is_of_assets

_RANKS: Final = {"success": 0, "degraded": 1, "partial": 2}
"""How good the answers of completed runs are; any other end is worse than these."""
_ENDED: Final = frozenset({"completed", "rejected"})
_ADDED_OR_REMOVED: Final = (Mark.ADDED, Mark.REMOVED)
_NUMBER: Final = re.compile(r"(?:(?<![\w.-])-)?\d+(?:,\d{3})*(?:\.\d+)?", re.ASCII)


def worse_status(trial: Trial) -> Iterator[str]:
    """Yield how the run ended, if that is worse than the golden one ended."""
    before, after = _statuses(trial)
    if before != after and not _is_better(before, after):
        yield f"the run ended {after}, the golden one {before}"


def better_status(trial: Trial) -> Iterator[str]:
    """Yield how the run ended, if that is better than the golden one ended."""
    before, after = _statuses(trial)
    if _is_better(before, after):
        yield f"the run ended better: {after}, the golden one {before}"


def no_answer(trial: Trial) -> Iterator[str]:
    """Yield why the run has no answer."""
    run = trial.comparison.b
    if run.state not in _ENDED:
        why = trial.stopped or (f"{run.error_code}: {run.error}" if run.error else "")
        yield f"the run has no answer, it is {run.state}" + (f": {why}" if why else "")


def another_plan(trial: Trial) -> Iterator[str]:
    """Yield the places where the executed plan differs."""
    places = [str(each.get("path") or "/") for each in trial.comparison.plan_patch]
    if places:
        yield f"another plan, at {named(places)}"


def other_planning(trial: Trial) -> Iterator[str]:
    """Yield how the planner of today plans otherwise."""
    for each in trial.divergences:
        if each.kind is DivergenceClass.PLAN:
            yield each.told


def planning_not_driven(trial: Trial) -> Iterator[str]:
    """Yield why the planner was not asked again, in a verification."""
    if trial.why_not_driven is not None:
        yield f"the plan was not driven: {trial.why_not_driven}"


def another_route(trial: Trial) -> Iterator[str]:
    """Yield the routes of both runs, if they differ."""
    before, after = trial.comparison.a.route, trial.comparison.b.route
    if before != after:
        yield f"another route: {after or 'none'}, the golden one took {before or 'none'}"


def another_answer(trial: Trial) -> Iterator[str]:
    """Yield both answers where they first differ in what the threshold compares."""
    texts = trial.text("a"), trial.text("b")
    match trial.thresholds.answer:
        case "exact" if not trial.comparison.answers.is_same_text:
            before, after = shortened(*(" ".join(text.split()) for text in texts))
            yield f"another answer: {after!r}, the golden one says {before!r}"
        case "numbers" if len({tuple(numbers_in(text)) for text in texts}) > 1:
            before, after = shortened(*(_numbers_text(text) for text in texts))
            yield f"other numbers in the answer: {after}, the golden one has {before}"
        case _:
            pass


def _numbers_text(text: str) -> str:
    return ", ".join(f"{number.normalize():f}" for number in numbers_in(text)) or "none"


def numbers_in(text: str) -> list[Decimal]:
    """Return the numbers in the order of the text: 1,200.50 and 1200.5 are one number.

    Digits of a name count, too; a minus between letters or digits is a hyphen.
    """
    return [Decimal(found.replace(",", "")) for found in _NUMBER.findall(text)]


def most_blocks(trial: Trial) -> Iterator[str]:
    """Yield the blocks that were added or removed, if they are as many as fail."""
    if trial.changed_blocks_percent >= trial.thresholds.blocks_percent:
        yield from _changed_blocks(trial)


def some_blocks(trial: Trial) -> Iterator[str]:
    """Yield the blocks that were added or removed, if they are fewer than fail."""
    if trial.changed_blocks_percent < trial.thresholds.blocks_percent:
        yield from _changed_blocks(trial)


def _changed_blocks(trial: Trial) -> Iterator[str]:
    for block in trial.comparison.answers.blocks:
        if block.mark in _ADDED_OR_REMOVED:
            title = "" if block.title is None else f" {block.title!r}"
            change = "added" if block.mark is Mark.ADDED else "removed"
            yield f"a block was {change}: {block.kind}{title}"


def too_many_values(trial: Trial) -> Iterator[str]:
    """Yield how many cells differ, if they are as many as fail."""
    if _values_grade(trial) is Grade.FAIL:
        yield _changed_values(trial)


def some_values(trial: Trial) -> Iterator[str]:
    """Yield how many cells differ, if they are as many as warn."""
    if _values_grade(trial) is Grade.WARN:
        yield _changed_values(trial)


def _values_grade(trial: Trial) -> Grade:
    changed, every = trial.changed_cells
    allowed = trial.thresholds.values_percent
    if not changed or (allowed is not None and 100 * changed <= allowed * every):
        return Grade.PASS
    return Grade.WARN if allowed is None and trial.mode is Mode.RERUN else Grade.FAIL


def _changed_values(trial: Trial) -> str:
    changed, every = trial.changed_cells
    blocks = [
        block.title or block.kind
        for block in trial.comparison.answers.blocks
        if block.cells.changed_count
    ]
    return (
        f"{changed} of {every} cells differ ({100 * changed / every:.3g} %), in: {named(blocks)}"
    )


def changed_references(trial: Trial) -> Iterator[str]:
    """Yield how many references changed, if they are more than may."""
    answers, changed = trial.comparison.answers, trial.changed_references_percent
    if changed > trial.thresholds.references_percent:
        added, removed = len(answers.references_added), len(answers.references_removed)
        yield f"references changed by {changed:.3g} %: {added} added, {removed} removed"


def other_events(trial: Trial) -> Iterator[str]:
    """Yield the divergences in more than timing or versions."""
    for each in trial.divergences:
        is_measured = each.kind in {DivergenceClass.VERSION, DivergenceClass.TIMING}
        if not is_measured or is_of_assets(each.pointers):
            yield f"the events differ ({each.kind}): {each.told}"


def _statuses(trial: Trial) -> tuple[str, str]:
    return status_of(trial.comparison.a), status_of(trial.comparison.b)


def _is_better(before: str, after: str) -> bool:
    return before in _RANKS and after in _RANKS and _RANKS[after] < _RANKS[before]
