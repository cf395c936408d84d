"""Zones are known by their names; a name that is none is refused with those near to it."""

from datetime import UTC

import pytest

from domain.time_zones import UnknownTimeZone, name_of, zone_of


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "Zulu"])
def test_utc_has_many_names_and_is_one(name: str) -> None:
    assert zone_of(name) is UTC
    assert name_of(zone_of(name)) == "UTC"


def test_a_zone_keeps_its_name() -> None:
    assert name_of(zone_of("Europe/Berlin")) == "Europe/Berlin"


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Europe/Berln", "Europe/Berlin"),
        ("New York", "America/New_York"),
    ],
)
def test_an_unknown_zone_is_refused_with_those_near(name: str, near: str) -> None:
    with pytest.raises(UnknownTimeZone, match="allowed: UTC") as refused:
        zone_of(name)
    assert refused.value.near[0] == near


@pytest.mark.parametrize("name", ["", "../../etc", "/etc/passwd", "Europe", "x\0y", "+02:00"])
def test_what_is_no_name_is_refused_too(name: str) -> None:
    with pytest.raises(UnknownTimeZone, match="there is no time zone"):
        zone_of(name)
