"""Events as they are declared: each says once all that the code needs to know of it."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from inspect import get_annotations
from typing import Any, ClassVar, get_origin

from msgspec import UNSET, UnsetType

from domain.aggregate.fact import Fact


class Removal(Fact, frozen=True, kw_only=True):
    """What was removed from an event before it was recorded: by which pattern, where, how often.

    Nothing is kept of the values. `where` is a dotted path, in which * is any item of a list.
    """

    pattern: str
    where: str
    count: int

    @property
    def sentence(self) -> str:
        """The removal in short; it does not look as if the place were assigned the count."""
        return f"{self.where} ({self.count} by pattern {self.pattern})"


class EventData(Fact, frozen=True, kw_only=True):
    """The root of every event's data, and the list of what its class must say.

    The stored name and the shape are for ever: a changed shape gets a higher `schema_version` and
    an upcaster in the aggregate's declaration, a changed meaning gets a new type.
    """

    must_say: ClassVar[tuple[str, ...]] = ("stored_as", "says", "personal")
    """The facts without which no event class can be made."""

    stored_as: ClassVar[str]
    """The kebab-case name under which the event is stored."""

    schema_version: ClassVar[int] = 1

    is_derived: ClassVar[bool] = False
    """Whether all that it says follows from other events: then nothing is looked for in it."""

    trigger: ClassVar[StrEnum | None] = None
    """The lifecycle trigger that the event pulls; None for facts that move nothing."""

    says: ClassVar[str]
    """The event as a line for people, in which {0.field} stands for what the event has."""

    large: ClassVar[str | None] = None
    """The field that is kept beside the log where it is long; `payload` then names it."""

    personal: ClassVar[tuple[str, ...]]
    """The fields that may hold personal data: names, and whatever people typed."""

    removed: list[Removal] | UnsetType = UNSET
    """What was removed before it was recorded; stored only where something was."""

    def __init_subclass__(cls) -> None:
        """Raise `TypeError` that names what the class of an event does not say."""
        kinds: dict[str, Any] = get_annotations(cls)
        fields = {name for name, kind in kinds.items() if get_origin(kind) is not ClassVar}
        missing = [name for name in cls.must_say if not hasattr(cls, name)]
        unknown = [name for name in getattr(cls, "personal", ()) if name not in fields]
        if fields and missing:
            message = f"event {cls.__name__} does not say: {', '.join(missing)}"
            raise TypeError(message)
        if unknown:
            message = f"event {cls.__name__} has no field {', '.join(unknown)}"
            raise TypeError(message)


def removals_of(events: Iterable[EventData]) -> Iterator[Removal]:
    """Yield what was removed from these events before they were recorded."""
    for event in events:
        if event.removed is not UNSET:
            yield from event.removed


def tell_removed(removals: Iterable[Removal], tell: Callable[[str], None]) -> None:
    """Tell in one line what was removed before it was recorded, if anything was."""
    told = ", ".join(dict.fromkeys(each.sentence for each in removals))
    if told:
        tell(f"opstrail: removed before it was recorded: {told}")
