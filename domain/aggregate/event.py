"""Events as they are declared: each says once all that the code needs to know of it."""

from enum import StrEnum
from inspect import get_annotations
from typing import Any, ClassVar, get_origin

from domain.aggregate.fact import Fact


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

    trigger: ClassVar[StrEnum | None] = None
    """The lifecycle trigger that the event pulls; None for facts that move nothing."""

    says: ClassVar[str]
    """The event as a line for people, in which {0.field} stands for what the event has."""

    personal: ClassVar[tuple[str, ...]]
    """The fields that may hold personal data: names, and whatever people typed."""

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
