"""The kinds of questions, in the order in which they are tried."""

from adapters.planners.rules.counting import COUNTING
from adapters.planners.rules.crossings import CROSSINGS
from adapters.planners.rules.graphs import GRAPHS
from adapters.planners.rules.histories import HISTORIES
from adapters.planners.rules.installations import INSTALLATIONS
from adapters.planners.rules.kind import Kind
from adapters.planners.rules.lookups import LOOKUPS
from adapters.planners.rules.metrics import METRICS
from adapters.planners.rules.outcomes import OUTCOMES
from adapters.planners.rules.overviews import OVERVIEWS
from adapters.planners.rules.simulations import SIMULATIONS

KINDS: tuple[Kind, ...] = (
    *LOOKUPS,
    *SIMULATIONS,
    *OVERVIEWS,
    *METRICS,
    *GRAPHS,
    *OUTCOMES,
    *COUNTING,
    *CROSSINGS,
    *INSTALLATIONS,
    *HISTORIES,
)
