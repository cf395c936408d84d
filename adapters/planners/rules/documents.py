"""Questions for documents: the words after "about" are searched for as they are."""

import re

from adapters.planners.rules.kind import Draft
from adapters.planners.rules.lexicon import Lexicon
from adapters.planners.rules.parts import item, output
from domain.plan.intent import Intent
from domain.plan.plan import Plan
from domain.plan.specs import DocumentSpec, PrimarySpec

EXAMPLES = (
    "Show documents about backup.",
    "Show documents about ERP together with the ERP System record.",
)
_ASK = (
    r"(?:(?:show|list|find|search|get|give|display|which|what|are there|exists|is there|look up"
    r"|me|us|the|all|any|for) )*"
)
_NOUN = r"(?:documents?|docs?|manuals?|guides?|documentation|runbooks?)"
_ABOUT = (
    r"(?:(?:are there |are |is |exist )?(?:about|on)|for|of|regarding|concerning|mention(?:ing)?"
    r"|describ(?:e|ing)|related to|deal(?:ing)? with)"
)
_RECORD = (
    r"(?: and)? (?:together with|along with|with|and|as well as) (?:the )?"
    r"(?:record of (?P<of>.+)|(?P<item>.+?) (?:record|ci|item))"
)
_SMALL = {"the", "a", "an", "and", "of", "in", "on", "for", "to"}
_SEARCH = re.compile(rf"{_ASK}{_NOUN} {_ABOUT} (?:the )?(?P<query>.+?)(?:{_RECORD})?")


def document_search(text: str, lexicon: Lexicon) -> Draft | None:
    """Return the plan when the text asks for documents about something, else None."""
    match = _SEARCH.fullmatch(text)
    if match is None:
        return None
    named = match["of"] or match["item"]
    record = lexicon.items.get(named) if named else None
    if named and record is None:
        return None
    query = " ".join(word for word in match["query"].split() if word not in _SMALL).strip('"')
    if not query:
        return None
    plan = Plan(
        intent=Intent.DOCUMENT,
        document=DocumentSpec(query=query),
        primary=item(record.value) if record else PrimarySpec(),
        output=output("table"),
    )
    of = f", and the record of {record.value}" if record else ""
    return Draft(f"documents about {query}{of}", plan)
