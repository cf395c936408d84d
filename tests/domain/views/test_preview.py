"""What a preview comes to, in sentences."""

import pytest

from domain.views.preview import ANSWERS, Preview, PreviewedCall, sentences_of


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 outside calls."),
        (1, "1 outside call."),
    ],
)
def test_outside_calls_are_counted(count: int, said: str) -> None:
    told = sentences_of(Preview(count, planner=None, calls=()))
    assert told == [said, "Nothing was called or recorded."]


def test_calls_that_depend_on_answers_are_told_apart() -> None:
    calls = tuple(
        PreviewedCall(call_id=name, tool="ci", operation="get", answer="live", waits_for=cause)
        for name, cause in (("a", None), ("b", "a"))
    )
    first, _ = sentences_of(Preview(2, planner=None, calls=calls))
    assert first == "2 outside calls at most: 1 of them only if others answer so."


def test_which_planner_would_be_asked_is_said() -> None:
    first, _ = sentences_of(Preview(None, planner="rules 3", calls=()))
    assert first == (
        "Planner rules 3 will be asked for a plan. Its calls are not known beforehand."
    )


def test_every_answer_has_the_word_that_events_use() -> None:
    for by, answer in ANSWERS.items():
        call = PreviewedCall(
            call_id="a", tool="ci", operation="get", answer=answer, waits_for=None
        )
        assert call.answered_by == by
