"""Requests that are refused: secrets, and anything but reading."""

import re
from collections.abc import Container
from dataclasses import dataclass

_SECRETS = re.compile(
    r"(?<!\S)(?:passwords?|passwd|passphrases?|secrets?|credentials?|(?:api|access|private"
    r"|ssh|secret|encryption)[ -_]keys?"
    r"|api ?keys?|(?:access |auth |bearer |api )?tokens?|pass ?codes?|pins?)(?!\S)"
)
_VERBS = (
    "delete|remove|drop|erase|wipe|purge|destroy|restart|reboot|reset|stop|start|kill"
    "|terminate|shut ?down|shutdown"
    "|power (?:off|on)|turn (?:off|on)|create|add|insert|update|change|modify|edit|set"
    "|rename|move|migrate|install"
    "|uninstall|upgrade|downgrade|deploy|roll ?back|patch|disable|enable|fix|repair|scale"
    "|provision|assign|execute"
    "|clear|write|overwrite|schedule|approve|cancel|reassign|replace|configure|block"
    "|unblock|trigger"
)
_HISTORY_NOUN = r"(?:events?|work|works|maintenances?|histor(?:y|ies)|items?|statistics|counts?)"
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
