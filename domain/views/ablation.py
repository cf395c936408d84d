"""On which recorded results the answer of a run hangs, and how it changes without them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from domain.views.comparison import Mark
from domain.views.json_form import View

Replacement = Literal["empty", "error", "stale"]
"""By what a result is replaced: nothing, an error, the result of the run before."""

Effect = Literal["flips", "fails", "details", "unknown", "same"]
"""What becomes of the answer: it reads otherwise, the run fails without it, it reads the same but
shows other details, or a call would then be made that is not on the record; the last is nothing.
"""

_SHOWN: Final = 90
_BEFORE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedBlock:
    """A block that is not as recorded; of its `cell_count` values `changed_count` are others."""

    mark: Mark
    kind: str
    title: str | None
    cell_count: int
    changed_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ablated:
    """What came of the run with one result replaced; `sentence` says it.

    `is_finding` is false where nothing became of it, and of an error that does what any error
    does: the run fails, or the answer only lacks the call's part and says why. A run that fails
    has no `answer`, and its `error` says why. `missing` names the call that would be made and is
    not on the record.
    """

    call_id: str
    tool: str
    operation: str
    replacement: Replacement
    effect: Effect
    is_finding: bool
    sentence: str
    answer: str | None = None
    error: str | None = None
    blocks: tuple[ChangedBlock, ...] = ()
    missing: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ablation:
    """What the answer of a run hangs on.

    `hangs_on` are the calls without whose results it changes, the most telling first, as are the
    `results` of each replacement. `any_error_fails` says that the run fails whichever of its calls
    does. As recorded, there is an answer or an error.
    """

    run_id: str
    answer: str | None
    error: str | None
    hangs_on: tuple[str, ...]
    any_error_fails: bool
    results: tuple[Ablated, ...]


ABLATION: Final[View[Ablation]] = View("ablation", Ablation)


def change_text(before: str, after: str) -> str:
    """Return two texts that differ as `"before" -> "after"`, cut so that the difference shows."""
    same = next(
        (place for place, pair in enumerate(zip(before, after, strict=False)) if len({*pair}) > 1),
        min(len(before), len(after)),
    )
    return f"{_cut(before, same)} -> {_cut(after, same)}"


def blocks_text(blocks: Sequence[ChangedBlock]) -> str:
    """Return which blocks are not as recorded, such as `table "Servers": 3 of 12 values`."""
    return "; ".join(map(_block_text, blocks))


def _cut(text: str, place: int) -> str:
    if len(text) <= _SHOWN:
        return f'"{text}"'
    start = max(0, min(place - _BEFORE, len(text) - _SHOWN))
    end = start + _SHOWN
    return f'"{"..." if start else ""}{text[start:end]}{"..." if end < len(text) else ""}"'


def _block_text(block: ChangedBlock) -> str:
    name = f'{block.kind} "{block.title}"' if block.title else block.kind
    match block.mark:
        case Mark.ADDED:
            return f"{name} is new"
        case Mark.REMOVED:
            return f"{name} is gone"
        case _:
            return f"{name}: {block.changed_count} of {block.cell_count} values differ"
