"""Why a question was not understood, and what comes nearest."""

from collections.abc import Iterable, Sequence

from adapters.planners.reader.chart import TooManyMeanings
from adapters.planners.reader.choosing import Meaning, SeveralMeanings
from adapters.planners.reader.examples import examples
from adapters.planners.reader.ground import Ground
from adapters.planners.reader.impossible import impossible_time
from adapters.planners.reader.nearest import Near, Search, text_of
from adapters.planners.reader.reading import Reading
from adapters.planners.reader.tokens import Token
from adapters.planners.reader.which_one import WhichOne
from adapters.planners.reader.words import Words
from domain.estate.errors import FILLED_BY
from domain.estate.fields import RecordKind
from domain.plan.look_ups import ITEM, METRIC, LookUps, source_of
from domain.plan.planner import Nearest, QuestionNotUnderstood
from domain.query.in_words import in_words

_EVENT_TYPE = source_of(RecordKind.EVENT_LOG, "event_type")
_DOCUMENT = source_of(RecordKind.DOCUMENT, "category")


def misread(
    question: str, reading: Reading, ground: Ground, *, is_after: bool = False
) -> QuestionNotUnderstood:
    """Return the refusal of a question that nothing is meant by, after another or not."""
    look_ups, words = ground.look_ups, ground.words
    if not reading.tokens:
        shown = examples(question, look_ups)
        return QuestionNotUnderstood(question, why="The question is empty", examples=shown)
    if _is_empty(look_ups):
        why = f"The estate is empty: {FILLED_BY}"
        return QuestionNotUnderstood(question, why=why, examples=[])
    near = Search(ground).near(reading)
    missing = near[0].missing if near else None
    said = f"There is no {missing!r} here" if missing else ""
    said = impossible_time(reading.tokens, ground.now, words) or said
    why = f"{said or _why(reading, near, words, is_after=is_after)}{_did_you_mean(near)}"
    shown = [] if near else examples(question, look_ups)
    nearest = [each.nearest for each in near]
    return QuestionNotUnderstood(question, why=why, examples=shown, nearest=nearest)


def refused(question: str, error: Exception, ground: Ground) -> QuestionNotUnderstood:
    """Return the refusal of a question that is understood, and not answered because of that."""
    if isinstance(error, SeveralMeanings):
        return _ambiguous(question, error)
    if isinstance(error, WhichOne):
        nearest = [_nearest(question, each) for each in error.meanings]
        return QuestionNotUnderstood(question, why=str(error), examples=[], nearest=nearest)
    why = str(error).rstrip(".")
    if isinstance(error, TooManyMeanings):
        why = "The question says too much at once; ask for less"
    shown = examples(question, ground.look_ups)
    return QuestionNotUnderstood(question, why=why, examples=shown)


def _ambiguous(question: str, several: SeveralMeanings) -> QuestionNotUnderstood:
    readings = several.readings
    why = f"This can be read as {' or as '.join(map(repr, readings))}; say which"
    nearest = [
        _nearest(question, meaning, reading)
        for reading, meaning in zip(readings, several.meanings, strict=True)
    ]
    return QuestionNotUnderstood(question, why=why, examples=[], nearest=nearest)


def _nearest(question: str, meaning: Meaning, reading: str = "") -> Nearest:
    query = meaning.query.model_dump(mode="json", exclude_defaults=True)
    return Nearest(question, reading or in_words(meaning.query), query)


def _is_empty(look_ups: LookUps) -> bool:
    """Return whether the estate has nothing to name, as far as that was looked up."""
    return not any(map(look_ups.first, (ITEM, _EVENT_TYPE, METRIC, _DOCUMENT)))


def _why(reading: Reading, near: Sequence[Near], words: Words, *, is_after: bool) -> str:
    said = f" {' '.join(token.word for token in reading.tokens)} "
    for phrase, why in words.refusals.items():
        if f" {phrase} " in said:
            return why
    unknown = [reading.tokens[at] for at in reading.unknown()]
    if unknown and all(token.kind == "code" for token in unknown):
        return f"There is no {_quoted(unknown)} here"
    if unknown:
        return f"I do not understand {_quoted(unknown)}"
    pronouns = [t for t in reading.tokens if words.follow_ups.get(t.word) in ("it", "them")]
    if pronouns and not is_after:
        told = "ask it after that run with --after RUN, where `latest` is the newest"
        return f"{pronouns[0].text!r} stands for something that was asked before: {told}"
    left_out = near[0].left_out if near else ()
    if left_out and len(left_out) < len(reading.tokens) / 2:
        return f"I know these words, but not what {text_of(left_out)!r} means here"
    return "I know these words, but not what they ask together"


def _quoted(tokens: Iterable[Token]) -> str:
    return ", ".join(dict.fromkeys(repr(token.text) for token in tokens))


def _did_you_mean(near: Sequence[Near]) -> str:
    meant = [f'"{each.nearest.question}"' for each in near]
    return f"; did you mean {' or '.join(meant)}?" if meant else ""
