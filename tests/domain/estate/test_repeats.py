import pytest

from domain.estate.repeats import Repeats


@pytest.mark.parametrize("keys", [[], ["a"], ["a", "b", ("a", 1), ("a", 2)]])
def test_keys_that_come_once_are_no_suspects(keys: list[object]) -> None:
    repeats = Repeats()
    for key in keys:
        repeats.note(key)
    assert repeats.suspects() == set()


def test_a_key_that_came_twice_is_a_suspect_by_its_hash() -> None:
    repeats = Repeats()
    for number in range(5_000):
        repeats.note(f"key {number}")
    repeats.note("key 77")
    assert repeats.suspects() == {hash("key 77")}
