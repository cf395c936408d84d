"""When two ways to write a word or a figure are the same."""

import re
from math import isclose

_UNIT = r"(?:gb|gib|tb|tib|mb|kb|bytes?|v|w|bar|%|c|min|minutes|beds?)"


def spelt(text: str) -> str:
    """Return a word without what spellings differ in: case, underscores, units, `.0`."""
    word = re.sub(r"[_\s]+", " ", text.strip().lower())
    word = re.sub(rf"^(-?[\d.]+) ?{_UNIT}$", r"\1", word)
    word = re.sub(r"^(?:severity|criticality|level) (\d)$", r"\1", word)
    return re.sub(r"^(-?\d+)\.0+$", r"\1", word)


def same(one: str, other: str) -> bool:
    """Whether two words are the same but for spelling."""
    return spelt(one) == spelt(other)


def is_near(shown: float, truth: float, tolerance: float = 0.0) -> bool:
    """Whether a figure is the true one, rounded as it is shown, or a share of one as percent."""
    return any(_rounds(each, truth, tolerance) for each in (shown, shown * 100))


def _rounds(shown: float, truth: float, tolerance: float) -> bool:
    if tolerance and abs(shown - truth) <= tolerance:
        return True
    if float(truth).is_integer():
        return isclose(shown, truth, abs_tol=1e-6)
    _, _, decimals = f"{shown:.10f}".rstrip("0").partition(".")
    places = max(len(decimals), 1)
    return abs(shown - truth) <= 0.5 * 10.0 ** (-places) + 1e-6
