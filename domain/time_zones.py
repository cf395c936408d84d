"""Time zones by their names in the IANA database, such as Europe/Berlin."""

from collections.abc import Iterator
from datetime import UTC, tzinfo
from typing import Final

from domain.errors import Refused
from domain.values.text import shown

UTC_NAME: Final = "UTC"
_SAME_AS_UTC: Final = frozenset(
    {UTC_NAME, *("Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu")}
)
_MOST_SHOWN: Final = 4


class UnknownTimeZone(Refused):
    """There is no time zone of this name."""

    def __init__(self, name: str) -> None:
        self.name, self.near = name, list(_near(name))
        near = f"; near: {', '.join(self.near)}" if self.near else ""
        super().__init__(
            f"there is no time zone {shown(name)}{near}; allowed: UTC, or a name of the IANA"
            " database such as Europe/Berlin"
        )


def zone_of(name: str) -> tzinfo:
    """Return the zone of this name. Raises `UnknownTimeZone`."""
    if name in _SAME_AS_UTC:
        return UTC
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - most machines of services are in UTC

    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        raise UnknownTimeZone(name) from error


def name_of(zone: tzinfo) -> str:
    """Return the name of a zone that `zone_of` gave."""
    return UTC_NAME if zone is UTC else str(zone)


def _near(name: str) -> Iterator[str]:
    """Yield the names that somebody may have meant: of this place, then those written alike."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a refusal needs them
    from zoneinfo import available_timezones  # noqa: PLC0415

    known = sorted(available_timezones())
    wanted = name.strip().replace(" ", "_").lower()
    places = [each for each in known if wanted in {each.lower(), each.rsplit("/", 1)[-1].lower()}]
    alike = get_close_matches(name, known, n=_MOST_SHOWN, cutoff=0.7)
    yield from [*places, *(each for each in alike if each not in places)][:_MOST_SHOWN]
