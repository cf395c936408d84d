"""Walking the relations of the demo estate in plain Python."""

from collections.abc import Collection, Iterable

from tests.acceptance.questions.answer import Edge

EVERY_TYPE = frozenset(
    ("COMPOSED_OF", "DEPENDS_ON", "RUNS_ON", "DEPLOYED_ON", "USES", "PROTECTED_BY", "CONNECTED_TO")
)


class Topology:
    """The relations as (source, target, type), each pointing to what its source needs."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        self.edges = set(edges)

    def between(self, codes: Collection[str], types: Collection[str] = EVERY_TYPE) -> set[Edge]:
        """Return the relations of these types that begin and end among these items."""
        return {
            (source, target, kind)
            for source, target, kind in self.edges
            if source in codes and target in codes and kind in types
        }

    def outward(
        self, root: str, *, steps: int, types: Collection[str] = EVERY_TYPE
    ) -> dict[str, int]:
        """Return what the root leads to, with the number of steps; the root at 0."""
        following = [(source, target) for source, target, kind in self.edges if kind in types]
        return _distances(following, root, steps=steps)

    def inward(
        self, root: str, *, steps: int, types: Collection[str] = EVERY_TYPE
    ) -> dict[str, int]:
        """Return what leads to the root, with the number of steps; the root at 0."""
        following = [(target, source) for source, target, kind in self.edges if kind in types]
        return _distances(following, root, steps=steps)

    def around(self, root: str, *, steps: int) -> dict[str, int]:
        """Return what is near the root whatever the direction, with the number of steps."""
        there = [(source, target) for source, target, _ in self.edges]
        back = [(target, source) for source, target, _ in self.edges]
        return _distances([*there, *back], root, steps=steps)


def _distances(following: Collection[tuple[str, str]], root: str, *, steps: int) -> dict[str, int]:
    distances = {root: 0}
    for step in range(1, steps + 1):
        reached = {there for here, there in following if distances.get(here) == step - 1}
        distances |= dict.fromkeys(reached - distances.keys(), step)
    return distances
