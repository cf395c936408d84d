"""Times as people read them."""

from typing import Final

_FEW_MS: Final = 10
_SECOND_MS: Final = 1000
_MINUTE_MS: Final = 60_000


def duration_text(duration_ms: float) -> str:
    """Return milliseconds as people read them: "0.4 ms", "43 ms", "1.25 s" or "2 min 05 s"."""
    if duration_ms < _FEW_MS:
        return f"{duration_ms:.1f} ms"
    if duration_ms < _SECOND_MS:
        return f"{duration_ms:.0f} ms"
    if duration_ms < _MINUTE_MS:
        return f"{duration_ms / _SECOND_MS:.2f} s"
    minutes, rest = divmod(round(duration_ms / _SECOND_MS), 60)
    return f"{minutes} min {rest:02} s"
