"""The clock tells UTC, and ids are in the order in which they were made."""

import re
from datetime import UTC

from infrastructure.clock import SystemClock
from infrastructure.ids import UuidIds


def test_the_clock_tells_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_the_clock_does_not_go_back() -> None:
    clock = SystemClock()
    assert clock.now() <= clock.now()


def test_each_id_is_greater_than_the_one_before() -> None:
    ids = UuidIds()
    made = [ids.new() for _ in range(10_000)]
    assert sorted(set(made)) == made


def test_an_id_is_a_uuid_of_version_seven_in_lower_case() -> None:
    shape = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(shape, UuidIds().new())
