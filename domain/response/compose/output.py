"""Which blocks an answer shows and which comes first, as the output of its plan says."""

from collections.abc import Mapping
from itertools import chain

from domain.plan.flow import places_of
from domain.plan.plan import Plan
from domain.plan.specs import OutputSpec
from domain.response.blocks import Block
from domain.response.edition import SECOND


def called_for_by_all(
    plan: Plan, by_step: Mapping[str | None, list[Block]], edition: int
) -> tuple[list[Block], list[str]]:
    """Return the blocks, and what to say of those called for that no call gives."""
    places = places_of(plan)
    outputs: dict[str | None, OutputSpec] = {p.step.step_id: p.step.output for p in places}
    of_steps = [
        _called_for(by_step[each], outputs.get(each, OutputSpec()), edition) for each in by_step
    ]
    shown, missing = _called_for(
        [*chain.from_iterable(blocks for blocks, _ in of_steps)], plan.output, edition
    )
    return shown, [*chain.from_iterable(said for _, said in of_steps), *missing]


def _called_for(
    blocks: list[Block], output: OutputSpec, edition: int
) -> tuple[list[Block], list[str]]:
    said, given = output.model_fields_set, {_kind(block) for block in blocks}
    kinds = set(output.blocks if "blocks" in said else given) | {"text"}
    first = {output.primary} if "primary" in said else set[str]()
    kinds |= first if edition > SECOND else set()
    wanted = (kinds | first) - {"text"}
    # A table is called for by default: where other blocks that are show the answer, none lacks.
    missing = sorted(wanted - given - ({"table"} if wanted & given else set()))
    shown = [block for block in blocks if _kind(block) in kinds]
    told = [f"no call of the plan gives a block of the kind {kind}" for kind in missing]
    return primary_first(shown, output.primary) if "primary" in said else shown, told


def _kind(block: Block) -> str:
    """The kind that plans call a block by."""
    return "chart" if block.type == "timeseries" else block.type


def primary_first(blocks: list[Block], kind: str | None) -> list[Block]:
    """Return the blocks, the first of the kind before all others."""
    first = next((block for block in blocks if _kind(block) == kind), None)
    if first is None:
        return blocks
    return [first, *(block for block in blocks if block is not first)]
