"""Look-ups answered by the record of a run: no estate is asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from domain.estate.looked_up import LookedUp
from domain.estate.named import Key, Named, Related
from domain.estate.phrases import normalised
from domain.json import JsonMap
from domain.plan.look_ups import is_said, listed, spelt_rules

T = TypeVar("T")


class NotLookedUp(Exception):
    """A planner looks up what is not on the record of the run."""

    def __init__(self, asked: str) -> None:
        """Keep what is looked up, as it stands in a sentence."""
        self.asked = asked
        super().__init__(f"{asked}: not on the record")


class RecordedLookUps:
    """Answers as the estate did then, and only what it was asked then; see `LookUps`.

    Raises `NotLookedUp`. What only helps a planner to say why it refuses is answered with nothing
    instead, and kept in `missed`: the refusal says more.
    """

    def __init__(self, looked_up: LookedUp, question: str) -> None:
        """Look up for this question, which the run was asked."""
        self._then, self._text = looked_up, normalised(question)
        self.missed: list[NotLookedUp] = []

    def rules(self) -> Mapping[str, str]:
        """See `LookUps`; what the question is not taken to spell any more is left out."""
        return spelt_rules(_there(self._then.words, "the rules of the question").rules, self._text)

    def near(self, word: str) -> Sequence[str]:
        """See `LookUps`."""
        if word not in self._then.near:
            self.missed.append(NotLookedUp(f"what is spelt much like {word!r}"))
        return self._then.near.get(word, ())

    def first(self, source: str) -> str | None:
        """See `LookUps`."""
        if source not in self._then.first:
            self.missed.append(NotLookedUp(f"the first {source}"))
        return self._then.first.get(source)

    def named(self, phrases: Sequence[str]) -> Mapping[str, Sequence[Named]]:
        """See `LookUps`."""
        found = {phrase: self._of(phrase) for phrase in phrases}
        return {phrase: named for phrase, named in found.items() if named}

    def keys(self, classes: Sequence[str] = ()) -> Sequence[Key]:
        """See `LookUps`."""
        found = self._then.keys.get(listed(classes))
        return _there(found, f"the keys of {listed(classes) or 'all'}")

    def relations(self, classes: Sequence[str] = ()) -> Sequence[Related]:
        """See `LookUps`."""
        found = self._then.relations.get(listed(classes))
        return _there(found, f"the relations of {listed(classes) or 'all'}")

    def records(self, ask: str, now: datetime) -> Sequence[JsonMap]:  # noqa: ARG002 - as they were
        """See `LookUps`."""
        return _there(self._then.records.get(ask), f"the records of {ask}")

    def _of(self, phrase: str) -> Sequence[Named]:
        found = self._then.named.get(phrase)
        if found is None and is_said(phrase, self._text):
            return ()
        return _there(found, f"what {phrase!r} names")


def _there(answer: T | None, asked: str) -> T:
    if answer is None:
        raise NotLookedUp(asked)
    return answer
