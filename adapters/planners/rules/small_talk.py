"""Answers to greetings, thanks and questions about the service itself."""

import re

_NAME = (
    "I am opstrail. I answer questions about an IT estate and keep a record of how each answer "
    "was found."
)
_ABILITIES = (
    "I answer questions about the configuration items of this estate, their relations, metrics, "
    "events, work, maintenance and documents. I only read; I never change anything."
)
_GREETING = (
    r"(?:hello|hi|hey|good (?:morning|afternoon|evening|day)|greetings)(?: there| opstrail)?"
)
_THANKS = r"(?:thanks|thank you|many thanks|cheers)(?: (?:very|so) much| a lot)?"

_ANSWERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(_GREETING), f"Hello. {_NAME}"),
    (re.compile(_THANKS), "You are welcome."),
    (re.compile(r"(?:good)?bye|good bye|see you"), "Goodbye."),
    (
        re.compile(r"how are you(?: today)?|how do you do"),
        "I am ready to answer questions about this estate.",
    ),
    (
        re.compile(r"(?:what is|tell me) your name|who are you|what are you|what is opstrail"),
        _NAME,
    ),
    (
        re.compile(
            r"what (?:can|do) you do(?: for me)?|(?:help|help me)|what can i ask(?: you)?"
            r"|how can you help(?: me)?"
            r"|what questions (?:can|do) you answer|what do you know"
        ),
        _ABILITIES,
    ),
)
_POLITE = re.compile(
    rf"^(?:{_GREETING}|please)(?: and)? (?=.)|(?<=.) (?:please|(?:and )?{_THANKS})$"
)


def small_talk(text: str) -> str | None:
    """Return the answer when the whole text is small talk, else None."""
    for pattern, answer in _ANSWERS:
        if pattern.fullmatch(text) or pattern.fullmatch(without_politeness(text)):
            return answer
    return None


def without_politeness(text: str) -> str:
    """Return the text without a greeting before it and thanks after it."""
    return _POLITE.sub("", text)
