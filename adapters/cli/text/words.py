"""Words, as text."""

from typing import Final

from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import Columns, ListText, table_with
from domain.views.words import KnownPhrase, KnownPhrases, OwnWord

WORDS_TEXT: Final[ListText[OwnWord]] = ListText(
    {"word": lambda each: each.word, "stands for": lambda each: each.meaning or "(nothing)"},
    id_of=lambda each: each.word,
    when_empty="No words of your own; `opstrail words add WORD MEANING` makes one.",
)
_KNOWN: Final[Columns[KnownPhrase]] = {
    "phrase": lambda each: each.phrase,
    "known as": lambda each: each.source,
    "value": lambda each: each.value or "(nothing)",
    "count": lambda each: each.count,
}


def show_phrases(screen: Screen, phrases: KnownPhrases) -> None:
    """Print what each phrase is known as, and the words that are left."""
    if phrases.known:
        screen.show(table_with(_KNOWN, phrases.known))
    if phrases.unknown:
        told = ", ".join(phrases.unknown)
        screen.show(printable(f"neither yours nor the estate's: {told}"))
