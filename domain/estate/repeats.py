"""Finding keys that come more than once, without keeping them."""

from array import array
from collections import Counter
from collections.abc import Hashable

_PARTS = 256


class Repeats:
    """Notes keys, eight bytes each, and tells which may have come repeatedly.

    Of millions of keys a set would need gigabytes. Noted are their hashes, so whoever is told that
    a key may have come twice compares the few keys of its hash themselves.
    """

    def __init__(self) -> None:
        self._hashes = [array("q") for _ in range(_PARTS)]

    def note(self, key: Hashable) -> None:
        """Note a key."""
        number = hash(key)
        self._hashes[number % _PARTS].append(number)

    def hashes(self) -> set[int]:
        """Return the hashes of all keys."""
        return {number for hashes in self._hashes for number in hashes}

    def suspects(self) -> set[int]:
        """Return the hashes that came more than once."""
        return {
            number
            for hashes in self._hashes
            if len(set(hashes)) < len(hashes)
            for number, count in Counter(hashes).items()
            if count > 1
        }
