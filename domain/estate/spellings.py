"""How a question may spell a value of an estate: with other joints, in singular or plural."""

from collections.abc import Iterable

from domain.estate.phrases import normalised_name


def spellings(value: str) -> list[str]:
    """Return the value as it would stand in a normalised question, and with spaces as joints."""
    lower = normalised_name(value)
    return list(dict.fromkeys((lower, lower.replace("_", " "), lower.replace("-", " "))))


def numbered(phrases: Iterable[str]) -> list[str]:
    """Return the phrases in the singular and the plural."""
    return [form for phrase in phrases for form in (phrase, _plural(phrase))]


def stands_in(phrase: str, text: str) -> bool:
    """Return whether whole words of the text are the phrase."""
    return f" {phrase} " in f" {text} "


def is_spelt(value: str, text: str) -> bool:
    """Return whether a normalised text has the value in any spelling."""
    forms = spellings(value)
    # Most values are not there in any form; all forms but the last letter begin alike.
    if all(form[:-1] not in text for form in forms):
        return False
    return any(stands_in(form, text) for form in numbered(forms))


def _plural(phrase: str) -> str:
    if phrase.endswith(("s", "x", "ch")):
        return f"{phrase}es"
    return f"{phrase[:-1]}ies" if phrase.endswith("y") else f"{phrase}s"
