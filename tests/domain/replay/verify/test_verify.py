"""Verifying: the engine decides again as it is recorded, whatever came of the run."""

import pytest

from tests.domain.replay.verify.verifying import EVERY_KIND, Kind, verdict


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.__name__)
def test_the_same_engine_decides_the_same(kind: Kind) -> None:
    running, history = kind()
    found = verdict(running, history)
    assert (found.is_same, found.divergence) == (True, None)


@pytest.mark.parametrize("kind", EVERY_KIND, ids=lambda kind: kind.__name__)
def test_a_record_that_ends_early_is_compared_up_to_its_end(kind: Kind) -> None:
    running, history = kind()
    cut = [verdict(running, history[:length]) for length in range(1, len(history) + 1)]
    assert [(v.version, v.divergence) for v in cut if not v.is_same] == []
