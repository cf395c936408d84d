"""The system's clock."""

from datetime import UTC, datetime, tzinfo


class SystemClock:
    """Tells the machine's time, in UTC or in another zone; see `domain.ports.Clock`."""

    def __init__(self, zone: tzinfo = UTC) -> None:
        self._zone = zone

    def now(self) -> datetime:
        """See `Clock`."""
        return datetime.now(self._zone)
