"""The system's clock."""

from datetime import UTC, datetime


class SystemClock:
    """Tells the machine's time; see `domain.ports.Clock`."""

    def now(self) -> datetime:
        """See `Clock`."""
        return datetime.now(UTC)
