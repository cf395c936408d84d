"""Whole numbers as questions write them."""

_WORDS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
)  # fmt: skip
NUMBER = rf"(?:0|[1-9]\d*|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
"""A pattern for a whole number; "01" is part of a name."""


def number_of(text: str) -> int:
    """Return the number that a text matching `NUMBER` writes."""
    return int(text) if text.isdigit() else _WORDS.index(text) + 1
