"""The codes of problems read as words."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.faults import Fault, code_of, fault_of
from domain.errors import NotAMoment, OpstrailError
from domain.identity.key import WrongKeyState

_DANGLING = {"a", "an", "the", "is", "are", "has", "be", "of", "to", "not", "by", "it"}
_CODE = re.compile(r"HttpProblem\(\s*\d{3}, \"([a-z-]+)\"")


def _kinds(kind: type[Exception]) -> Iterator[type[Exception]]:
    for each in kind.__subclasses__():
        yield each
        yield from _kinds(each)


def _codes() -> set[str]:
    source = "".join(path.read_text() for path in Path("adapters/http").rglob("*.py"))
    return {*_CODE.findall(source), *(code_of(kind) for kind in _kinds(OpstrailError))}


def test_a_code_has_the_words_of_its_error() -> None:
    assert code_of(NotAMoment) == "not-a-moment"


def test_no_code_ends_within_a_phrase() -> None:
    codes = _codes()
    assert (len(codes) > 50, [each for each in codes if each.split("-")[-1] in _DANGLING]) == (
        True,
        [],
    )


@pytest.mark.parametrize("state", ["revoked", "new"])
def test_a_key_in_another_state_is_no_misuse(state: str) -> None:
    error = WrongKeyState("0123", state=state, trigger="rotate")
    assert (fault_of(error), code_of(type(error))) == (Fault.STATE, "wrong-key-state")
