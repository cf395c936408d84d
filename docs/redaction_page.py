"""The reference page on what is removed before it is recorded, made from the patterns."""

from collections.abc import Iterable
from typing import Final

from docs.pages import page, table
from infrastructure.redaction.patterns import packaged_patterns

REMOVED: Final = (
    "Every event from which something was removed before it was recorded has the field `removed`"
    " too: a list of `pattern`, `where` and `count`; see [redaction](redaction.md)."
)


def redaction_page() -> str:
    """Return the page."""
    rows = [
        (f"`{each['name']}`", each["about"], _codes(each.get("keys", ())), _codes(each["hints"]))
        for each in packaged_patterns()
    ]
    return page(
        "Redaction",
        "What is removed from questions, plans, params, patches, reasons, remarks, results and"
        " errors before anything is recorded; how to use it is in"
        " [keep secrets out](../how-to/keep-secrets-out.md). In the place of a value stands"
        " `[redacted:PATTERN]`, and the event says which pattern, where and how often"
        " (`removed`), never what.",
        "The patterns that come with opstrail. Values of names that end in one of the names, in"
        " any case and whatever separates their words (`DB_PASSWORD`, `clientSecret`), are removed"
        " whole; `_pass` is that of a word of its own (`DB_PASS`, not `compass`). A text without"
        " any of the hints is not looked at.",
        table(("pattern", "removes", "names", "hints"), rows),
        "What they do not find: a password in plain words (`my password is ...`), a value whose"
        " name says nothing, numbers of credit cards (every tenth long number of an estate would"
        " pass for one). `OPSTRAIL_REDACTION_FILE` names a file with patterns of your own:",
        '```toml\nwithout = ["jwt"]  # patterns that are not wanted\n\n[[pattern]]\n'
        'name = "badge"\nabout = "numbers of badges"\nhints = ["badge"]\nkeys = ["badgeno"]\n'
        "regex = '(?i)badge[ :=]{1,3}([0-9]{6})'  # its groups are removed, or all of it\n```",
        "A hint is a text of 3 characters or more, in lower case, that is in every text which the"
        " regex finds. Every repeat of a regex has an end (`{0,100}` in place of `*`), none that"
        " varies is inside another one, and nothing refers back to a group: so that no text takes"
        " long. What is wrong with the file is told, and nothing is recorded then.",
    )


def _codes(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words) or "-"
