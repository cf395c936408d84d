"""The answers of two runs side by side: text, blocks and references."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from domain.figures import EXACT, Exactness
from domain.json import JsonMap
from domain.replay.compare.json_difference import (
    compared_cells,
    is_same_json,
    is_same_text,
    patch_beyond,
    without_figures,
)
from domain.replay.compare.neutral import NeutralRun
from domain.response.blocks import NOTES_ID
from domain.run.events import HistoryEntry, ResponseComposed
from domain.views.ablation import ChangedBlock
from domain.views.comparison import ComparedAnswers, ComparedBlock, Mark, TextPart

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
    after = _settled(before, after, exactness)
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


def _settled(before: Sequence[str], after: Sequence[str], exactness: Exactness) -> list[str]:
    """Return the words of the second text, with figures that are the same as in the first."""
    words = list(after)
    if exactness.is_loose:
        bare = [[without_figures(word.strip()) for word in text] for text in (before, after)]
        matcher = difflib.SequenceMatcher(None, bare[0], bare[1], autojunk=False)
        for match in matcher.get_matching_blocks():
            for one, other in zip(range(match.a, match.a + match.size), count(match.b)):
                if is_same_text(before[one].strip(), after[other].strip(), exactness):
                    words[other] = before[one]
    return words


@dataclass(frozen=True, slots=True)
class _Block:
    """A block by its kind and title, and what of it is compared."""

    kind: str
    title: str | None
    content: JsonMap

    @property
    def named(self) -> tuple[str, str | None, str]:
        """Kind, title and id."""
        return self.kind, self.title, str(self.content.get("id"))


def _blocks(answer: ResponseComposed, run: NeutralRun) -> list[_Block]:
    shown = [block for block in answer.blocks if block.get("id") != NOTES_ID]  # the text has them
    titles = (block.get("title") for block in shown)
    return [
        _Block(str(block.get("type")), None if title is None else str(title), run.block(block))
        for block, title in zip(shown, titles, strict=True)
    ]


def _aligned(
    a: Sequence[_Block], b: Sequence[_Block]
) -> Iterator[tuple[_Block | None, _Block | None]]:
    """Yield the blocks of one kind and title, in the order of A: first those of one id."""
    found, left = dict[int, _Block](), dict(enumerate(b))
    for length in (3, 2):
        places = defaultdict[tuple[str | None, ...], list[int]](list)
        for place, block in left.items():
            places[block.named[:length]].append(place)
        alike = {name: iter(each) for name, each in places.items()}
        for place in [place for place in range(len(a)) if place not in found]:
            other = next(alike.get(a[place].named[:length], iter(())), None)
            if other is not None:
                found[place] = left.pop(other)
    yield from ((block, found.get(place)) for place, block in enumerate(a))
    yield from ((None, block) for block in left.values())


def _compared_blocks(
    a: Sequence[_Block], b: Sequence[_Block], exactness: Exactness
) -> Iterator[ComparedBlock]:
    for one, other in _aligned(a, b):
        if one is None or other is None:
            only, mark = (one, Mark.REMOVED) if one else (other, Mark.ADDED)
            if only:
                yield ComparedBlock(mark=mark, kind=only.kind, title=only.title, patch=[])
            continue
        is_same = is_same_json(one.content, other.content, exactness)
        yield ComparedBlock(
            mark=Mark.SAME if is_same else Mark.DIFFERENT,
            kind=one.kind,
            title=one.title,
            patch=[] if is_same else patch_beyond(one.content, other.content, exactness),
            cells=compared_cells(one.content, other.content, exactness),
        )
