"""Looking up how the configuration items of an estate are called."""

from typing import Protocol


class ItemNames(Protocol):
    """How the configuration items of one estate are called.

    What it is asked for is found through indexes: it never reads all names.
    """

    def near_codes(self, text: str) -> dict[str, str]:
        """Return the codes that may be spelt like the text, by their lower case.

        They are those one letter away from the text, and its neighbours in the order of the
        alphabet: of a small estate, all.
        """

    def near_names(self, text: str) -> dict[str, str]:
        """Return the names in lower case that may be spelt like the text, each with a code."""

    def first_code(self) -> str | None:
        """Return the first code in the order of the alphabet; None without any item."""
