"""Why a question was not understood, and what comes nearest."""

from adapters.planners.reader.chart import TooManyMeanings
from adapters.planners.reader.choosing import SeveralMeanings
from adapters.planners.reader.reading import Reading
from adapters.planners.reader.spelling import near_words
from adapters.planners.reader.words import words_of
from adapters.planners.rules.misunderstanding import _fitting_examples, _is_empty
from domain.estate.errors import FILLED_BY
from domain.plan.look_ups import LookUps
from domain.plan.planner import QuestionNotUnderstood


def misread(
    question: str,
    look_ups: LookUps,
    *,
    reading: Reading | None = None,
    because: Exception | None = None,
) -> QuestionNotUnderstood:
    """Return the refusal of a question."""
    examples = _fitting_examples(look_ups)
    if _is_empty(look_ups):
        why = f"The estate is empty: {FILLED_BY}"
        return QuestionNotUnderstood(question, why=why, examples=[])
    why = _because(because) if because else _why(reading, look_ups)
    return QuestionNotUnderstood(question, why=why, examples=examples)


def _because(error: Exception) -> str:
    if isinstance(error, SeveralMeanings):
        return f"This can be read as {' or as '.join(map(repr, error.readings))}; say which"
    if isinstance(error, TooManyMeanings):
        return "The question says too much at once; ask for less"
    return str(error)


def _why(reading: Reading | None, look_ups: LookUps) -> str:
    if reading is None or not reading.tokens:
        return "The question is empty"
    unknown = [reading.tokens[at] for at in reading.unknown()]
    if not unknown:
        return "I know these words, but not what they ask together"
    said = ", ".join(repr(token.text) for token in unknown)
    words = words_of("en")
    near = [each for token in unknown for each in near_words(token.word, look_ups, words)]
    meant = f" (did you mean {' or '.join(dict.fromkeys(near))}?)" if near else ""
    return f"I do not understand {said}{meant}"
