"""The operations on a tenant's own words: what they stand for, and what a question's are."""

import re
from typing import Final

from pydantic import Field

from domain.assets.applied import AppliedAsset
from domain.assets.errors import PublishedMeanwhile, WrongAsset
from domain.assets.names import WORDS
from domain.assets.words import WordsContent, meanings, said
from domain.estate.named import phrase_of
from domain.operations.assets import Publication, publish_asset
from domain.operations.operation import Access, Caller, Nothing, Params, Scope, command, read
from domain.operations.services import Services
from domain.values.fields import Name, Question, Reason
from domain.views.asset import ASSET_CHANGE, AssetChange
from domain.views.words import KNOWN_PHRASES, OWN_WORDS, KnownPhrase, KnownPhrases, OwnWord

_LONGEST: Final = 6
_WORD: Final = re.compile(r"[\w-]+")


class OneWord(Params):
    """A word of the tenant."""

    word: Name = Field(description="A word or a phrase.")
    why: Reason


class NewWord(OneWord):
    """A word, and what it stands for."""

    meaning: Name | None = Field(
        default=None, description="The words that it stands for; by default it says nothing."
    )


class QuestionToTest(Params):
    """A question."""

    question: Question = Field(description="What could be asked.")


async def list_words(have: Services, caller: Caller, _: Nothing) -> list[OwnWord]:
    """Return the tenant's own words."""
    return [OwnWord(word, meaning) for word, meaning in sorted(_own(have, caller).items())]


async def add_word(have: Services, caller: Caller, params: NewWord) -> AssetChange:
    """Let a word stand for others from here on, and return what that changes."""
    words = {**_without(params.word, _own(have, caller)), params.word: params.meaning or ""}
    return await _published(have, caller, words, params.why)


async def remove_word(have: Services, caller: Caller, params: OneWord) -> AssetChange:
    """Let a word stand for no others from here on, and return what that changes."""
    own = _own(have, caller)
    words = _without(params.word, own)
    if words == own:
        raise WrongAsset(WORDS, why=f"it has no word {params.word!r}")
    return await _published(have, caller, words, params.why)


async def explain_words(have: Services, caller: Caller, params: QuestionToTest) -> KnownPhrases:
    """Return what is known of the words of a question; it is not asked."""
    own, words = meanings(_applied(have, caller)), _WORD.findall(params.question)
    phrases = [
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(len(words), start + _LONGEST) + 1)
    ]
    named = have.estate.vocabulary(caller.tenant_id).names.named(phrases)
    known = [
        KnownPhrase(phrase=word, source="own word", value=own[word])
        for word in said(own, params.question)
    ]
    known += [
        KnownPhrase(phrase=phrase, source=each.source, value=each.value, count=each.count)
        for phrase in phrases
        for each in named.get(phrase, ())
    ]
    parts = {part for each in known for part in phrase_of(each.phrase).split()}
    return KnownPhrases(
        tuple(known), tuple(word for word in words if not {*phrase_of(word).split()} <= parts)
    )


def _own(have: Services, caller: Caller) -> dict[str, str]:
    words = _applied(have, caller)
    return {} if words is None else WordsContent.model_validate(words.content).words


def _applied(have: Services, caller: Caller) -> AppliedAsset | None:
    return have.assets.find(caller.tenant_id, WORDS)


def _without(word: str, words: dict[str, str]) -> dict[str, str]:
    return {each: meaning for each, meaning in words.items() if phrase_of(each) != phrase_of(word)}


async def _published(
    have: Services, caller: Caller, words: dict[str, str], why: str
) -> AssetChange:
    published = Publication(asset=WORDS, content={"words": {**words}}, why=why)
    return await publish_asset(have, caller, published)


LIST_WORDS: Final = read("words.list", Scope.RUNS_READ, Nothing, OWN_WORDS, list_words)
TEST_WORDS: Final = read(
    "words.test", Scope.RUNS_READ, QuestionToTest, KNOWN_PHRASES, explain_words
)
ADD_WORD: Final = command(
    *("words.add", Scope.ASSETS_PUBLISH, NewWord, ASSET_CHANGE, add_word),
    *(WrongAsset, PublishedMeanwhile),
    access=Access.BEGIN,
)
REMOVE_WORD: Final = command(
    *("words.remove", Scope.ASSETS_PUBLISH, OneWord, ASSET_CHANGE, remove_word),
    *(WrongAsset, PublishedMeanwhile),
)
