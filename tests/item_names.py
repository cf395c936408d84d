"""How the items of a test's estate are called."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from domain.estate.named import Named, phrase_of, words_of


class MemoryItemNames:
    """See `ItemNames`; holds all names, and looks through them. Keys are codes, values names."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = dict(sorted(names.items()))
        self.by_name: dict[str, list[str]] = defaultdict(list)
        for code, name in self.names.items():
            self.by_name[name.lower()].append(code)

    def near_codes(self, text: str) -> dict[str, str]:
        return {code.lower(): code for code in self.names}

    def near_names(self, text: str) -> dict[str, str]:
        return {name: codes[0] for name, codes in self.by_name.items()}

    def first_code(self) -> str | None:
        return next(iter(self.names), None)


class MemoryNames:
    """See `Names`; knows what it is given, by the phrases that name it."""

    def __init__(self, things: Mapping[str, Sequence[Named]] = MappingProxyType({})) -> None:
        self._things = {phrase_of(phrase): [*named] for phrase, named in things.items()}
        self._words = {word for phrase in things for word in words_of(phrase)}

    def named(self, phrases: Collection[str]) -> dict[str, list[Named]]:
        found = {phrase: self._things.get(phrase_of(phrase), []) for phrase in phrases}
        return {phrase: named for phrase, named in found.items() if named}

    def neighbours(self, phrase: str) -> Collection[str]:
        return sorted({named.value.lower() for each in self._things.values() for named in each})

    def near_words(self, word: str) -> Collection[str]:
        return sorted(self._words)
