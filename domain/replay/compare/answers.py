"""The answers of two runs side by side: text, blocks and references."""

import difflib
import re
from collections.abc import Iterator, Sequence

from domain.figures import EXACT, Exactness, whole_sum
from domain.json import JsonMap
from domain.replay.compare.json_difference import compared_cells, is_same_json
from domain.replay.compare.neutral import NeutralRun
from domain.run.events import HistoryEntry, ResponseComposed
from domain.views.ablation import ChangedBlock
from domain.views.comparison import ComparedAnswers, ComparedBlock, Mark, TextPart
from domain.views.json_patch import json_patch

_WORD = re.compile(r"\S+\s*|\s+")
_NO_ANSWER = ResponseComposed(answer="", blocks=[])


def answer_of(entries: Sequence[HistoryEntry]) -> ResponseComposed:
    """Return the answer of a run; an empty one when there is none."""
    composed = [entry.event for entry in entries if isinstance(entry.event, ResponseComposed)]
    return composed[-1] if composed else _NO_ANSWER


def compared_answers(
    a: ResponseComposed,
    b: ResponseComposed,
    *,
    in_a: NeutralRun,
    in_b: NeutralRun,
    exactness: Exactness,
) -> ComparedAnswers:
    """Return how two answers differ."""
    before = {str(each.get("id")) for each in in_a.references(a.references)}
    after = {str(each.get("id")) for each in in_b.references(b.references)}
    return ComparedAnswers(
        text=text_parts(a.answer, b.answer, exactness),
        blocks=list(_compared_blocks(_blocks(a, in_a), _blocks(b, in_b), exactness)),
        references_added=sorted(after - before),
        references_removed=sorted(before - after),
        reference_count=len(before),
    )


def changed_blocks(
    a: ResponseComposed, b: ResponseComposed, in_a: NeutralRun, in_b: NeutralRun
) -> Iterator[ChangedBlock]:
    """Yield the blocks whose content is not the same; what they refer to is no content."""
    for block in _compared_blocks(_blocks(a, in_a), _blocks(b, in_b), EXACT):
        if block.mark in (Mark.ADDED, Mark.REMOVED) or block.cells.changed_count:
            yield ChangedBlock(
                mark=block.mark,
                kind=block.kind,
                title=block.title,
                cell_count=block.cells.count,
                changed_count=block.cells.changed_count,
            )


def text_parts(a: str, b: str, exactness: Exactness = EXACT) -> list[TextPart]:
    """Return what two texts share and do not share, word by word; nothing when they are equal.

    White space alone makes no difference, nor do figures that are the same by a tolerance.
    """
    if is_same_json(" ".join(a.split()), " ".join(b.split()), exactness):
        return []
    before, after = _WORD.findall(a), _WORD.findall(b)
    bare = [word.strip() for word in before], [word.strip() for word in after]
    parts = []
    matcher = difflib.SequenceMatcher(None, *bare, autojunk=False)
    for operation, from_a, to_a, from_b, to_b in matcher.get_opcodes():
        if operation == "equal":
            parts.append(TextPart("same", "".join(before[from_a:to_a])))
            continue
        parts.append(TextPart("removed", "".join(before[from_a:to_a])))
        parts.append(TextPart("added", "".join(after[from_b:to_b])))
    return [part for part in parts if part.text]


_Key = tuple[str, str | None, int]


def _blocks(answer: ResponseComposed, run: NeutralRun) -> dict[_Key, JsonMap]:
    """Return the blocks by kind, title, and how many of these came before."""
    found: dict[_Key, JsonMap] = {}
    for block in answer.blocks:
        kind, title = str(block.get("type")), block.get("title")
        name = None if title is None else str(title)
        number = whole_sum(key[:2] == (kind, name) for key in found)
        found[kind, name, number] = run.block(block)
    return found


def _compared_blocks(
    a: dict[_Key, JsonMap], b: dict[_Key, JsonMap], exactness: Exactness
) -> Iterator[ComparedBlock]:
    for key in [*a, *(key for key in b if key not in a)]:
        kind, title, _ = key
        if key not in a or key not in b:
            mark = Mark.ADDED if key in b else Mark.REMOVED
            yield ComparedBlock(mark=mark, kind=kind, title=title, patch=[])
            continue
        is_same = is_same_json(a[key], b[key], exactness)
        yield ComparedBlock(
            mark=Mark.SAME if is_same else Mark.DIFFERENT,
            kind=kind,
            title=title,
            patch=[] if is_same else json_patch(a[key], b[key]),
            cells=compared_cells(a[key], b[key], exactness),
        )
