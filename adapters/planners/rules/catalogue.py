"""The kinds of questions in the order in which they are tried, and the page that shows them."""

from collections.abc import Iterator

from adapters.planners.rules.counting import COUNTING
from adapters.planners.rules.crossings import CROSSINGS
from adapters.planners.rules.documents import EXAMPLES
from adapters.planners.rules.graphs import GRAPHS
from adapters.planners.rules.histories import HISTORIES
from adapters.planners.rules.kind import Kind
from adapters.planners.rules.lookups import LOOKUPS, SIMULATIONS
from adapters.planners.rules.metrics import METRICS
from adapters.planners.rules.outcomes import OUTCOMES
from adapters.planners.rules.overviews import OVERVIEWS

KINDS: tuple[Kind, ...] = (
    *LOOKUPS,
    *SIMULATIONS,
    *OVERVIEWS,
    *METRICS,
    *GRAPHS,
    *OUTCOMES,
    *COUNTING,
    *CROSSINGS,
    *HISTORIES,
)
_HEAD = """\
# Questions

The `rules` planner understands these kinds of questions. It reads a question word by word, with
the names, states, places, kinds of events and metrics of your estate, and answers exactly this
question or none: when a word is unknown, or a fact of the question would not be used, it says so
and shows questions that work. `opstrail` only reads; requests to change something are refused, and
so are questions for secrets.

Words that every kind understands:

- which items: `active servers in zone-a`, `owned by erp-platform`, `of criticality 5`, a name (one
  of more than twenty words in double quotes)
- which events: `of severity 2 and above`, `security alerts`, `from source device`
- any field: `status=active`, `attributes.cpu_cores > 16`
- when: `in the last 24 hours`, `today`, `last week` (Monday to Sunday), `in December 2025`,
  `on 2025-12-24`, `between 2025-12-01 and 2025-12-31`, `since yesterday`
- how many: `top 5`, `first 10`, `the last 3`; how far: `with depth 2`

Without a time, history is counted from its beginning, and metrics over the last 24 hours.
"""


def questions_page() -> str:
    """Return the reference page of questions as Markdown."""
    return "\n".join((_HEAD, *_sections()))


def _sections() -> Iterator[str]:
    for kind in KINDS:
        yield _section(kind.title, kind.examples)
    yield _section("Documents", EXAMPLES)
    yield _section("Talk", ("What can you do?", "What is your name?"))


def _section(title: str, examples: tuple[str, ...]) -> str:
    lines = "\n".join(f"- {example}" for example in examples)
    return f"## {title}\n\n{lines}\n"
