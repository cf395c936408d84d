"""What a rebuild of a projection came to, in words."""

import pytest

from domain.views.projection import RebuildReport, rebuild_sentence


def report(*, is_equal: bool, is_swapped: bool, incomparable: str | None = None) -> RebuildReport:
    return RebuildReport(
        name="run_search",
        live_generation=1,
        rebuilt_generation=2,
        position=7,
        equivalence=None,
        incomparable=incomparable,
        live_parked_count=0,
        rebuilt_parked_count=0,
        is_swapped=is_swapped,
        is_equal=is_equal,
    )


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (report(is_equal=True, is_swapped=True), "They are equal: the rebuilt one is live."),
        (report(is_equal=False, is_swapped=False), "They differ: the live one stays."),
        (report(is_equal=False, is_swapped=True), "They differ: the rebuilt one is live."),
        (
            report(is_equal=False, is_swapped=False, incomparable="another log"),
            "They cannot be compared (another log): the live one stays.",
        ),
    ],
)
def test_a_rebuild_says_what_it_found_and_what_is_live(
    found: RebuildReport, sentence: str
) -> None:
    assert rebuild_sentence(found) == sentence
