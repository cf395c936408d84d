"""The page of questions: what can be asked, with examples that tests ask."""

from typing import Final

_HEAD: Final = """\
# Questions

`opstrail` reads a question into a query: which records, with which conditions, and what is asked
of them. Kinds of questions are no fixed list, for the parts combine: conditions on any field or
attribute, relations to other items, records that items have, times, and what is asked of it all.
It reads word by word, with the names, states, places, kinds of events and metrics of your estate,
and answers exactly this question or none: when a word is unknown, or would not be used, it says so
and offers the nearest questions that it understands. `opstrail` only reads; requests to change
something are refused, and so are questions for secrets.

- which items: `active servers in zone-a`, `owned by erp-platform`, `with criticality 5`
- any field: `status=active`, `with more than 16 cores`, `without an owner`
- attributes of any type: `wireless pumps`, `licences that expire next month`, `out of warranty`,
  `installed before 2022`, `higher than 40 m`, `the tallest site`, `with tenant police`
- by their records: `with failed work in the last 7 days`, `that were never rebooted`
- by their relations: `that depend on srv-erp-01`, `of ERP System`, `on servers in zone-a`
- which events: `of severity 2 and above`, `security alerts`
- when: `in the last 24 hours`, `today`, `last week` (Monday to Sunday), `in December 2025`,
  `between 2025-12-01 and 2025-12-31`, `since yesterday`
- when, as a record tells: `since its last reboot`, `before the last deployment of srv-erp-01`,
  `during its last maintenance`, `in the 2 hours before srv-erp-01 went down`
- how old, how often: `older than 2 years`, `patched at least twice`, `not patched for 30 days`
- than another item: `hotter than srv-erp-01`, `with more memory than srv-erp-01`, `in the same
  zone as srv-erp-01`
- groups by what they have: `zones without databases`, `owners with more than 5 servers`
- in shifts: `in the last shift`; they begin at 6, 14 and 22 o'clock, or as your word `shift` says
- how far: `within 2 hops of srv-erp-01`, `two hops away from srv-erp-01`
- what was asked: `failed runs of yesterday`, `tool calls per tool`
- several at once: `..., and their owners`, `... (or ...)`

Without a time, history is counted from its beginning, and metrics over the last 24 hours. How a
question was read stands in the answer wherever there was a choice, and in `opstrail run show`.

A superlative of one thing (`busiest server`) gives the first place and all that share it; of
several without a number (`busiest servers`, `latest events`) the first ten, and says so. "Right
before" is the hour before. What is counted since a record of its own kind is not that record.
Questions about runs and tool calls count what was asked before, not the question itself; a run
that was not understood has failed. `run list` shows them with all that a filter can say.

A name that no item has is a word that is not understood, with the nearest names, and ends `ask`
with 2: it may be misspelt as any word may. A script that must know whether an item is there calls
`opstrail tool call ci.get_by_code --params '{"ci_code": "srv-1"}'`, which ends with 4 if not.
"""

EXAMPLES: Final = {
    "Counts": (
        "How many configuration items are there in total?",
        "How many active servers are in zone-a?",
        "How many different CI names exist?",
        "How many events of severity 5 happened in the last 7 days?",
    ),
    "Lists": (
        "List active servers in zone-a.",
        "Which servers had failed work?",
        "Which applications run on srv-erp-01?",
        "Show the last 5 failed work items.",
    ),
    "One item": (
        "What state is ERP System in?",
        "Who owns srv-erp-01?",
        "Tell me the state and basic facts of srv-erp-01.",
        "Overview of ERP System: state, related CIs, recent events, metrics.",
    ),
    "Yes or no": (
        "Is srv-erp-01 active?",
        "Is any CI inactive?",
        "Are all servers in zone-a active?",
    ),
    "The first, the last, the most": (
        "Show the latest event.",
        "Which event type occurs most often?",
        "Which five servers have the highest CPU usage?",
    ),
    "Figures": (
        "What is the average memory usage of all servers?",
        "What is the average duration of maintenance?",
        "Success rate of maintenance; which kind is the best?",
    ),
    "Shares and distributions": (
        "What percentage of servers is in monitoring?",
        "Show how CI types are distributed.",
        "How many servers are there per zone?",
        "How many events per day in the last 7 days?",
    ),
    "Side by side": (
        "Compare the servers of production and staging.",
        "Active servers of zones a, b and c separately, and the total.",
    ),
    "Times that a record tells": (
        "How many events on srv-erp-01 since its last maintenance?",
        "Average CPU usage of srv-erp-01 in the hour before the last alarm on srv-erp-01.",
    ),
    "The graph": (
        "What is affected if srv-erp-01 fails?",
        "What does srv-erp-01 need?",
        "What does ERP System consist of?",
        "How are app-erp-order-01-1 and storage-erp connected?",
        "Which servers are within 2 hops of storage-erp?",
    ),
    "Changes and causes": (
        "What changed on srv-erp-01 in the last 7 days?",
        "Why is srv-erp-01 slow?",
    ),
    "Rules": ("Simulate rule rule-high-cpu for srv-erp-01.",),
    "Runs": (
        "How many runs failed today?",
        "Why did the last query fail?",
        "Which tool is slowest?",
    ),
    "Documents": (
        "Show documents about backup.",
        "Show documents about ERP together with the ERP System record.",
    ),
    "Several at once": (
        "Show the components of ERP System with their CPU.",
        "Which kinds of maintenance were done; how many reboots?",
        "How many events have severity 5 (or 1)?",
        "Summarise the overall system state.",
    ),
}
"""What can be asked, by what is asked."""
_TALK: Final = {"Talk": ("What can you do?", "What is your name?")}


def questions_page() -> str:
    """Return the reference page of questions as Markdown."""
    sections = {**EXAMPLES, **_TALK}
    return "\n".join((_HEAD, *(_section(*section) for section in sections.items())))


def _section(title: str, examples: tuple[str, ...]) -> str:
    lines = "\n".join(f"- {example}" for example in examples)
    return f"## {title}\n\n{lines}\n"
