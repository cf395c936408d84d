"""What a preview comes to, in sentences."""

import pytest

from domain.views.preview import ANSWERS, Preview, PreviewedCall, sentences_of


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 outside calls; nothing was called or recorded."),
        (1, "1 outside call; nothing was called or recorded."),
    ],
)
def test_outside_calls_are_counted(count: int, said: str) -> None:
    assert sentences_of(Preview(count, is_planned_anew=False, calls=())) == [said]


def test_that_the_planner_would_be_asked_is_said() -> None:
    *_, last = sentences_of(Preview(0, is_planned_anew=True, calls=()))
    assert last.startswith("The planner will be asked")


def test_every_answer_has_the_word_that_events_use() -> None:
    for by, answer in ANSWERS.items():
        call = PreviewedCall(
            call_id="a", tool="ci", operation="get", answer=answer, waits_for=None
        )
        assert call.answered_by == by
