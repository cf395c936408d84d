"""Lifecycles: tables that say what may follow what, checked and drawn by `transitions`."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Generic, TypeVar

from transitions import Machine

S = TypeVar("S", bound=StrEnum)
T = TypeVar("T", bound=StrEnum)


class Lifecycle(Generic[S, T]):
    """The states of an aggregate, and which trigger leads from which of them to which one.

    Every trigger has one target whatever the state it starts from: that makes folding total.
    """

    def __init__(
        self,
        states: type[S],
        triggers: type[T],
        table: Sequence[tuple[T, Sequence[S], S]],
        *,
        initial: S,
    ) -> None:
        """Make the machine of the table; no model is ever registered with it.

        A model would cost 10 KB and 0.1 ms each.
        """
        self._triggers = triggers
        self._settings: dict[str, Any] = {
            "model": None,
            "states": [state.value for state in states],
            "transitions": [
                {
                    "trigger": trigger.value,
                    "source": [source.value for source in sources],
                    "dest": target.value,
                }
                for trigger, sources, target in table
            ],
            "initial": initial.value,
            "auto_transitions": False,
        }
        self.machine = Machine(**self._settings)
        moves = [
            (triggers(name), states(source), states(str(transition.dest)))
            for name, event in self.machine.events.items()
            for source, transitions in event.transitions.items()
            for transition in transitions
        ]
        self.targets: Mapping[T, S] = {trigger: target for trigger, _, target in moves}
        """Where each trigger leads, whatever the state."""
        self._legal = frozenset((source, trigger) for trigger, source, _ in moves)

    def is_allowed(self, state: S, trigger: T) -> bool:
        """Return whether the trigger is legal in the state."""
        return (state, trigger) in self._legal

    def allowed_triggers(self, state: S) -> list[T]:
        """Return the legal triggers of a state, in the order in which they are declared."""
        return [trigger for trigger in self._triggers if self.is_allowed(state, trigger)]

    def diagram(self) -> str:
        """Return the lifecycle as a Mermaid state diagram."""
        from transitions.extensions import GraphMachine  # noqa: PLC0415 - only documents draw

        machine = GraphMachine(**self._settings, graph_engine="mermaid")
        model = _Drawn()
        machine.add_model(model, initial=self._settings["initial"])
        return str(model.get_graph().draw(None))  # type: ignore[attr-defined]  # GraphMachine adds get_graph


class _Drawn:
    """A throw-away model: GraphMachine draws models only."""
