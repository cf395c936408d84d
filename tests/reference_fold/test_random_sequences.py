"""Whatever is done with runs, every view agrees with a slow fold that was written apart."""

from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Final

import pytest

from tests.reference_fold import agreement_of_lists as agreement
from tests.reference_fold.place import opened
from tests.reference_fold.steps import Sequence, log_moved

SEQUENCES: Final = 500
IN_ONE_TEST: Final = 25
STEPS: Final = 14
SAMPLE: Final = range(7)
SAMPLE_ON_POSTGRES: Final = range(7, 9)
ALL: Final = [range(first, first + IN_ONE_TEST) for first in range(0, SEQUENCES, IN_ONE_TEST)]


def act_out(url: str | Path, folder: Path, numbers: Iterable[int]) -> None:
    """Act out the sequences with these numbers, and compare the views after each step."""
    chance = Random(0)
    with opened(url, chance) as place, opened(folder / "other.db", chance) as other:
        for number in numbers:
            _act_out(Sequence(place, other, Random(number), f"tenant-{number}"))
        moved = log_moved(place, folder, chance)
        for each in (place, other, moved):
            agreement.rebuild(each)
            for number in numbers:
                _require(agreement.at_the_end(each, f"tenant-{number}", chance), str(number))
            assert each.opstrail.log.verify(0, on_progress=lambda _: None).is_sound
        moved.close()


def _act_out(sequence: Sequence) -> None:
    tenant, chance = sequence.tenant, sequence.chance
    for _ in range(chance.randint(5, STEPS)):
        sequence.step()
        _require(agreement.after_a_step(sequence.place, tenant, chance), sequence.story)
    for place in (sequence.place, sequence.other):
        _require(agreement.at_the_end(place, tenant, chance), sequence.story)


def _require(disagreements: list[str], story: str) -> None:
    assert not disagreements, "\n".join([story, *disagreements])


def test_every_view_agrees(tmp_path: Path) -> None:
    act_out(tmp_path / "here.db", tmp_path, SAMPLE)


def test_every_view_agrees_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    act_out(postgres_url, tmp_path, SAMPLE_ON_POSTGRES)


@pytest.mark.long
@pytest.mark.parametrize("numbers", ALL, ids=str)
def test_every_view_agrees_in_all_sequences(numbers: range, tmp_path: Path) -> None:
    act_out(tmp_path / "here.db", tmp_path, numbers)


@pytest.mark.long
@pytest.mark.parametrize("numbers", ALL, ids=str)
def test_every_view_agrees_in_all_sequences_on_postgresql(
    numbers: range, postgres_url: str, tmp_path: Path
) -> None:
    act_out(postgres_url, tmp_path, numbers)
