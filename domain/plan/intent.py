"""The fixed words of plans: what is decided, what a question is after, how wide a plan looks."""

from enum import StrEnum


class PlanOutputKind(StrEnum):
    """What a planner decided: answer at once, run a plan, or refuse."""

    DIRECT = "direct"
    PLAN = "plan"
    REJECT = "reject"


class Intent(StrEnum):
    """What a question is after."""

    LOOKUP = "LOOKUP"
    SEARCH = "SEARCH"
    LIST = "LIST"
    AGGREGATE = "AGGREGATE"
    EXPAND = "EXPAND"
    PATH = "PATH"
    DOCUMENT = "DOCUMENT"


class PlanMode(StrEnum):
    """How wide a plan looks: at what it names (ci), by a recipe (auto), or at everything (all)."""

    CI = "ci"
    AUTO = "auto"
    ALL = "all"


class ExecutionStrategy(StrEnum):
    """How the calls of a plan follow each other.

    serial: one at a time, in plan order. dag: each as soon as its own inputs are there. parallel:
    the same, of a plan that asks for no other order.
    """

    SERIAL = "serial"
    PARALLEL = "parallel"
    DAG = "dag"
