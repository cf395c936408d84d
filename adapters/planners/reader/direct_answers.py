"""Answers that need no plan: to small talk, and to requests that are refused.

Refused are questions for secrets, and requests for anything but reading.
"""

import re
from collections.abc import Container
from dataclasses import dataclass

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

_SECRETS = re.compile(
    r"(?<!\S)(?:passwords?|passwd|passphrases?|secrets?|credentials?|(?:api|access|private"
    r"|ssh|secret|encryption)[ -_]keys?"
    r"|api ?keys?|(?:access |auth |bearer |api )?tokens?|pass ?codes?|pins?)(?!\S)"
)
_VERBS = (
    "delete|remove|drop|erase|wipe|purge|destroy|restart|reboot|reset|stop|start|kill|terminate"
    "|shut ?down|shutdown|power (?:off|on)|turn (?:off|on)|create|add|insert|update|change"
    "|modify|edit|set|rename|move|migrate|install|uninstall|upgrade|downgrade|deploy|roll ?back"
    "|patch|disable|enable|fix|repair|scale|provision|assign|execute|clear|write|overwrite"
    "|schedule|approve|cancel|reassign|replace|configure|block|unblock|trigger"
)
_HISTORY_NOUN = (
    r"(?:events?|work|works|maintenances?|histor(?:y|ies)|items?|statistics|counts?|failures?"
    r"|success|rates?|ratios?|durations?|times?|frequency|trends?|requests?)"
)
_NO_OBJECT = rf"{_HISTORY_NOUN}|in|during|since|last|today|yesterday|between|of|per|by"
_ORDER = re.compile(
    r"(?:^|\b(?:please|(?:can|could|would|will) you|(?:want|like) (?:you )?to|go ahead|let us) )"
    rf"(?:please |just |kindly |now )*(?P<verb>{_VERBS})(?= (?!(?:{_NO_OBJECT})(?!\S))|$)"
    r"|\b(?:and|then) (?:please |just )*"
    rf"(?P<second>{_VERBS}) (?:them|it|all|the|this|that|those|these|every|each|my|our|[a-z]+-)"
)
_ALWAYS_ORDER = re.compile(
    r"(?:delete|erase|wipe|purge|destroy|drop|clear|cancel|create|edit|approve)$"
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


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is refused, and the policy behind that."""

    policy: str
    reason: str


def refusal(text: str, *, items: Container[str]) -> Refusal | None:
    """Return why the request is refused, or None. An item's code or name gives no reason."""
    secret = next((m[0] for m in _SECRETS.finditer(text) if m[0] not in items), None)
    if secret is not None:
        reason = f"Questions for {secret} are refused: opstrail shows no secrets."
        return Refusal("secrets", reason)
    order = _ORDER.search(text) or _order_on_history(text)
    if order is not None:
        verb = order.groupdict().get("second") or order["verb"]
        reason = (
            f"The request to {verb} something is refused: opstrail only reads and changes nothing."
        )
        return Refusal("read_only", reason)
    return None


def _order_on_history(text: str) -> re.Match[str] | None:
    """Return the order in "delete events"; "install events" in contrast are a kind of events."""
    match = re.match(rf"(?:please )?(?P<verb>{_VERBS}) (?P<rest>.*)", text)
    return match if match and _ALWAYS_ORDER.match(match["verb"]) else None
