"""What an answer says beside its results: of the plan's limits, its reading and its wishes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from domain.plan.plan import Plan
from domain.plan.specs import OutputSpec
from domain.response.blocks import Block

_ALWAYS: Final = "text"


@dataclass(frozen=True, slots=True)
class Remarks:
    """Notes for the answer, and what lowers its confidence with the reasons.

    What a planner says is what it expects, which its plan gives anyway: blocks are left out, and
    missing ones told, only where somebody wishes for them; a reading where somebody says it.
    """

    notes: Sequence[str] = ()
    deductions: Sequence[tuple[float, str]] = ()
    is_wish: bool = False
    is_reading: bool = False


NO_REMARKS: Final = Remarks()


def reading(plan: Plan) -> str:
    """Return how the question was read, where the plan says it; else an empty text."""
    if not plan.normalized_to:
        return ""
    asked = f" {plan.normalized_from!r}" if plan.normalized_from else ""
    return f"Read{asked} as {plan.normalized_to!r}."


def called_for(blocks: Sequence[Block], output: OutputSpec) -> list[Block]:
    """Return the blocks of the kinds that are called for; all of them where no kind is."""
    if "blocks" not in output.model_fields_set:
        return list(blocks)
    return [block for block in blocks if block.type == _ALWAYS or block.type in output.blocks]


def missing_kinds(blocks: Sequence[Block], output: OutputSpec) -> Iterator[str]:
    """Yield what to say of the kinds of blocks that are called for and not there."""
    wanted = output.blocks if "blocks" in output.model_fields_set else []
    first = [output.primary] if "primary" in output.model_fields_set else []
    given = {block.type for block in blocks}
    for kind in dict.fromkeys([*wanted, *first]):
        if kind not in given and kind != _ALWAYS:
            yield f"no call of the plan gives a block of the kind {kind}"
