"""Whatever is done with runs, every view agrees with a slow fold that was written apart."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

import pytest

from tests.reference_fold import agreement_of_lists as agreement
from tests.reference_fold.place import Place, opened
from tests.reference_fold.steps import Sequence, log_moved

SEQUENCES: Final = 500
IN_ONE_TEST: Final = 25
STEPS: Final = 14
SAMPLE: Final = range(5)
SAMPLE_ON_POSTGRES: Final = range(5, 6)
ALL: Final = [range(first, first + IN_ONE_TEST) for first in range(0, SEQUENCES, IN_ONE_TEST)]


def first_disagreement(url: str | Path, folder: Path, numbers: range) -> str | None:
    """Act out the sequences with these numbers; return what came before views that are wrong."""
    with opened(url, Random(0)) as place, opened(folder / "other.db", Random(0)) as other:
        return next(_acted_out(place, other, folder, numbers), None)


def _acted_out(place: Place, other: Place, folder: Path, numbers: range) -> Iterator[str]:
    for number in numbers:
        yield from _disagreements(Sequence(place, other, Random(number), f"tenant-{number}"))
    chance = Random(0)
    moved = log_moved(place, folder, chance)
    for each in (place, other, moved):
        agreement.rebuild(each)
        for number in numbers:
            wrong = agreement.at_the_end(each, f"tenant-{number}", chance)
            yield from _told(f"In tenant-{number}, built anew in {each.url}:", wrong)
        problems = each.opstrail.log.verify(0, on_progress=lambda _: None).problems
        yield from _told(f"The log of {each.url}:", [*problems])
    moved.close()


def _disagreements(sequence: Sequence) -> Iterator[str]:
    """Compare after each step, and at the end whatever can be asked."""
    tenant, chance = sequence.tenant, sequence.chance
    for _ in range(chance.randint(5, STEPS)):
        sequence.step()
        wrong = agreement.after_a_step(sequence.place, tenant, chance)
        yield from _told(sequence.story, wrong)
    for place in (sequence.place, sequence.other):
        yield from _told(sequence.story, agreement.at_the_end(place, tenant, chance))


def _told(story: str, wrong: list[str]) -> Iterator[str]:
    if wrong:
        yield "\n".join([story, *wrong])


def test_every_view_agrees(tmp_path: Path) -> None:
    wrong = first_disagreement(tmp_path / "here.db", tmp_path, SAMPLE)
    assert wrong is None, wrong


def test_every_view_agrees_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    wrong = first_disagreement(postgres_url, tmp_path, SAMPLE_ON_POSTGRES)
    assert wrong is None, wrong


@pytest.mark.long
@pytest.mark.parametrize("numbers", ALL, ids=str)
def test_every_view_agrees_in_all_sequences(numbers: range, tmp_path: Path) -> None:
    wrong = first_disagreement(tmp_path / "here.db", tmp_path, numbers)
    assert wrong is None, wrong


@pytest.mark.long
@pytest.mark.parametrize("numbers", ALL, ids=str)
def test_every_view_agrees_in_all_sequences_on_postgresql(
    numbers: range, postgres_url: str, tmp_path: Path
) -> None:
    wrong = first_disagreement(postgres_url, tmp_path, numbers)
    assert wrong is None, wrong
