"""All phrases that mean something in a question about an estate, found longest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from adapters.planners.rules.estate_words import estate_words, item_words
from adapters.planners.rules.mentions import Mention, Slot, cue, head
from domain.estate.fields import RecordKind
from domain.plan.look_ups import LookUps

_CUES: dict[str, str] = {
    "COUNT": "how many|number of|the number of|count of|count|total number of|total count of"
    "|amount of|total of",
    "SHOW": "show|list|display|give|find|get|name|enumerate|print|see|tell|return|look up|know"
    "|want|search for|tell me about|tell about|search",
    "WHICH": "which|what|who",
    "HOW": "how",
    "WHERE": "where",
    "EXISTS": "exists",
    "DISTRIBUTION": "distribution|distributed|breakdown|break down|broken down|split"
    "|distributions",
    "PER": "by|per|for each|grouped by|group by|according to",
    "MOST": "most frequent|most common|most often|most frequently|commonest|most|most numerous"
    "|dominant",
    "LEAST": "least frequent|least common|least often|rarest|fewest|least",
    "HIGHEST": "highest|largest|maximum|max|peak|biggest|greatest",
    "LOWEST": "lowest|smallest|minimum|min",
    "AVERAGE": "average|mean|avg|on average",
    "LAST": "last|latest|newest|most recent",
    "NOW": "now|current|currently|right now|at the moment|present",
    "RECENT": "recent|recently",
    "SERIES": "series|time series|chart|course|trend|curve|over time|history of the values",
    "DIFFERENT": "different|distinct|unique",
    "RANK": "rank|ranking|order|sort",
    "TOP": "top",
    "DURATION": "duration|durations|time taken|length",
    "SHARE": "percentage|percent|share|fraction|proportion|percentage of|share of|ratio|ratio of",
    "RATE": "success rate|rate of success|share of successful|percentage of successful",
    "FAILURE_RATE": "failure rate|rate of failure|share of failed|percentage of failed",
    "BEST": "best|most reliable|most successful",
    "WORST": "worst|least reliable|least successful",
    "FACTS": "details|detail|facts|basic facts|record|information|info|properties|attributes"
    "|data|description|master data",
    "OVERVIEW": "overview|overview of|report on|full picture",
    "SUMMARY": "summary|summarise|summarize|summary of|sum up",
    "OVERALL": "overall system state|overall system|overall state|overall"
    "|overall state of the system|whole estate|entire estate|whole system|entire system|estate"
    "|state of the system|system state|state of the estate|current system state|overall estate"
    "|system status|overall system status|overall status",
    "PATH": "path|route|way|shortest path",
    "CONNECTED": "connected|related|linked|connection|connections|relation|relations|connects"
    "|relationship|link",
    "NEAR": "around|near|neighbours|neighbors|neighbourhood|neighborhood|next to|adjacent"
    "|surroundings",
    "IMPACT": "impact|blast radius",
    "AFFECTED_BY": "affected by|impacted by|hit by|influenced by",
    "AFFECTED": "affected|impacted|break|breaks|suffer|suffers|stop working|stops working",
    "FAIL": "fail|fails|failure|goes down|go down|crashes|crash|is down|outage|dies|goes offline"
    "|stops|is lost|breaks down|is removed",
    "IF": "if|when|in case|in case of",
    "NEED": "need|needs|depend on|depends on|depend|depends|require|requires|use|uses|rely on"
    "|relies on|depending on|relying on|using",
    "NEEDED_BY": "needed by|required by|used by|needed for|required for",
    "DEPENDENCIES": "dependencies|dependency graph|dependency|dependency tree|requirements"
    "|dependency graphs|prerequisites",
    "DEPENDENTS": "dependents|dependants|reverse dependencies",
    "CONSIST": "consist of|consists of|consist|made of|made up of|comprise|comprises|contain"
    "|contains|include|includes|composed of",
    "INSIDE": "inside",
    "PARTS": "components|component|parts|composition|structure|constituents",
    "COMPARE": "compare|comparison|difference between|differences between|comparison of"
    "|compare the",
    "SEPARATELY": "separately|respectively|one by one",
    "TOTAL": "total|in total|altogether|sum|overall total",
    "THEN": "then|afterwards",
    "ONLY": "only|just",
    "HISTORY": "history|log|logs|timeline",
    "HEALTH": "health metrics|health|metrics|metric values|measurements|metric|health values",
    "BUSIEST": "busiest|most loaded|hungriest",
    "SIMULATE": "simulate|simulation of|evaluate|test|try|dry run|dry-run|try out",
    "RUN_ON": "runs on|running on|run on|hosted on|deployed on",
    "RUNNING": "running|listening|open|up and running",
    "INSTALLED": "installed",
    "OWNED": "owns",
    "DONE": "done|carried out|performed",
}  # fmt: skip
_FILL = (
    "the|a|an|of|in|on|at|for|to|from|is|are|was|were|be|been|being|there|here|please|me|us|we|i"
    "|you|my|our|your|do|does|did|has|have|had|having|it|its|they|them|their|that|those|these"
    "|this|with|within|and|every|all|each|exist|existing|recorded|registered|happened|happen"
    "|happens|whose|occurred|occur|occurs|can|could|would|will|would like|between|also|together"
    "|any|some|value|values|about|much|kindly|into|located|in the estate|in this estate"
    "|in our estate|in my estate"
)
_FIELDS: dict[str, str] = {
    "type": "type|types|kind|kinds|sort|sorts",
    "subtype": "subtype|subtypes|class|classes",
    "status": "state|states|status|statuses|condition|conditions",
    "owner": "owner|owners|owned by|team|teams",
    "location": "location|locations|zone|zones|place|places|site|sites",
    "environment": "environment|environments|stage|stages",
    "category": "category|categories",
    "criticality": "criticality|criticalities",
    "severity": "severity|severities|severity level|severity levels",
    "source": "source|sources",
    "result": "result|results|outcome|outcomes",
    "name": "name|names",
    "code": "code|codes",
    "performer": "performer|performers",
    "requester": "requester|requesters",
    "approver": "approver|approvers",
    "item": "ci_code",
}
_HEADS: dict[RecordKind, str] = {
    RecordKind.CI: "configuration item|configuration items|ci|cis|item|items|everything|things"
    "|thing|anything",
    RecordKind.EVENT_LOG: "event|events|event log|event log entry|event log entries"
    "|what happened|events log",
    RecordKind.WORK: "work|work item|work items|works|work history|work log",
    RecordKind.MAINTENANCE: "maintenance|maintenances|maintenance item|maintenance items"
    "|maintenance history|maintenance work|maintenance log|maintenance tasks",
    RecordKind.DOCUMENT: "document|documents|doc|docs|manual|manuals|documentation|guide|guides",
}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases that may be in one question, with their meanings.

    `items` holds the codes and names of items that are in it, `words` the other words of the
    estate, and `fixed` those that mean the same in any estate, which go before them.
    """

    fixed: Mapping[str, Mention]
    words: Mapping[str, Mention]
    items: Mapping[str, Mention]
    prefixes: frozenset[str]
    longest: int

    def longest_at(self, text: str, at: int, *, items_first: bool) -> tuple[int, Mention] | None:
        """Return the longest phrase at this place of the text, with its end; or None."""
        order = (self.fixed, self.words, self.items)
        order = (self.items, self.fixed, self.words) if items_first else order
        words = text[at:].split(" ", self.longest)[: self.longest]
        for count in range(len(words), 0, -1):
            phrase = " ".join(words[:count])
            for known in order:
                if phrase in known:
                    return at + len(phrase), known[phrase]
        return None


def lexicon_of(look_ups: LookUps, text: str) -> Lexicon:
    """Return the phrases for a normalised question about an estate.

    A fixed word means the same whatever items are called.
    """
    spelt, fixed = look_ups.words(), _fixed_words()
    words, items = dict[str, Mention](), item_words(spelt)
    for phrase, mention in estate_words(look_ups, text):
        words.setdefault(phrase, mention)
    longest = max(phrase.count(" ") + 1 for known in (fixed, words, items) for phrase in known)
    return Lexicon(fixed, words, items, frozenset(spelt.prefixes), longest)


@cache
def _fixed_words() -> Mapping[str, Mention]:
    """Return every phrase that means the same in any estate."""
    words: dict[str, Mention] = {word: Mention(slot=Slot.FILL) for word in _FILL.split("|")}
    for concept, phrases in _FIELDS.items():
        words |= {
            phrase: Mention(slot=Slot.FIELD, symbol="FIELD", value=concept)
            for phrase in phrases.split("|")
        }
    for symbol, phrases in _CUES.items():
        words |= {phrase: cue(symbol) for phrase in phrases.split("|")}
    for kind, phrases in _HEADS.items():
        words |= {phrase: head(kind) for phrase in phrases.split("|")}
    return MappingProxyType(words)
