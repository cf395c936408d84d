"""A word of the tenant stands in a question in any case and number, and only as a whole word."""

import pytest

from domain.assets.applied import AppliedAsset
from domain.assets.words import meanings, said
from domain.json import JsonMap

CONTENT: JsonMap = {
    "words": {"Box": "server", "ERP team": "team-erp", "서버": "server", "pls": ""}
}
WORDS = meanings(AppliedAsset("words:default", 1, "", CONTENT))


def test_words_are_found_by_their_phrases() -> None:
    assert WORDS == {"box": "server", "erp team": "team-erp", "서버": "server", "pls": ""}
    assert meanings(None) == {}


@pytest.mark.parametrize(
    ("question", "has"),
    [
        ("how many BOXES?", ["box"]),
        ("boxes of the ERP-team, pls", ["box", "erp team", "pls"]),
        ("서버는 몇 대야", ["서버"]),
        ("inbox or boxcar of the erp teamwork", []),
    ],
)
def test_a_question_has_the_words_that_stand_in_it(question: str, has: list[str]) -> None:
    assert [*said(WORDS, question)] == has
