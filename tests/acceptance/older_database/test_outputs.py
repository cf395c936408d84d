"""What was printed of each run is printed of it still."""

import dataclasses
import itertools

import pytest

from tests.acceptance.older_database.recorded import Printed, differences, printed, without_news
from tests.adapters.cli.command import Command

ABOUT = sorted({each.about for each in printed()})


@pytest.mark.parametrize("about", ABOUT)
def test_the_commands_print_what_they_printed(opstrail: Command, about: str) -> None:
    commands = [each for each in printed() if each.about == about]
    assert [*itertools.chain.from_iterable(changes(opstrail, each) for each in commands)] == []


def changes(opstrail: Command, then: Printed) -> list[str]:
    """Return what the command prints otherwise."""
    command = dataclasses.replace(opstrail, tenant=then.tenant)
    ended = command(*then.arguments, "-o", "json")
    output = without_news(ended.json) if ended.out else None
    found = differences([then.code, then.output], [int(ended.code), output])
    return [f"{' '.join(then.arguments)}: {each}" for each in found]


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({"a": [1, {"b": 2}]}, []),
        ({"a": [1, {"b": 3}]}, [".a.1.b was 2 and is 3"]),
        ({"a": [1, {}]}, [".a.1.b is gone"]),
        ({"a": [1, {"b": 2, "c": 3}]}, [".a.1.c is new"]),
        ({"a": [1]}, [".a was [1, {'b': 2}] and is [1]"]),
        (None, [" was {'a': [1, {'b': 2}]} and is None"]),
    ],
)
def test_a_difference_is_told_with_its_place(now: object, said: list[str]) -> None:
    assert list(differences({"a": [1, {"b": 2}]}, now)) == said
