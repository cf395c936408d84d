"""An operation: something that a person or a program can ask of opstrail, declared as data."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from domain.errors import Refused
from domain.identity.rights import Scope as Scope  # noqa: PLC0414 - operations take it from here
from domain.operations.services import Services
from domain.tenancy import showing
from domain.tools.invalid_params import problems_of
from domain.values.json_text import BadJson, check_json

if TYPE_CHECKING:
    from domain.audit.event_lines import EventLine
    from domain.identity.asking import Asking
    from domain.views.json_form import View
    from domain.views.log import LogMark
    from domain.writer import Authorship

Kind = Literal["command", "read"]
"""A command records something or reaches outside; a read leaves no trace."""

WhenInterrupted = Literal["ends", "cancels", "stops"]
"""What it does when somebody interrupts it.

It ends wherever it is, as nothing is half done; or its run is cancelled and recorded as that; or
it begins no further run, and only when interrupted again cancels those under way.
"""


class Access(StrEnum):
    """What an operation does with the database: a read changes nothing and makes nothing.

    What writes needs a database that is there; what begins something may make it. What tries
    records what it does, or, where this user may not write the file, does it in a private copy.
    """

    READ = "read"
    TRY = "try"
    WRITE = "write"
    BEGIN = "begin"


class InvalidParams(Refused):
    """An operation is asked with what it does not allow."""

    def __init__(
        self, problems: Sequence[tuple[str, str]], *, of: type[Params] | None = None
    ) -> None:
        """Keep the facts: per problem the field, and what is allowed with the value given.

        `of` is what could not be made, None where the problem is another one.
        """
        self.problems, self.of = list(problems), of
        super().__init__("; ".join(f"{field}: {sentence}" for field, sentence in self.problems))


class Params(BaseModel):
    """What an operation is asked with; each operation has a model of its own.

    To make one raises `InvalidParams` when a value is not allowed; no value of any field may hold
    what the text policy forbids or what cannot be recorded.
    """

    # Built when used: of all that can be asked, a process asks one thing or a few.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @model_validator(mode="wrap")
    @classmethod
    def _refuse(
        cls, given: object, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        try:
            _require_fit(given)
            return handler(_with_tuples(given) if info.mode == "json" else given)
        except BadJson as error:
            raise InvalidParams([(error.where, error.why)]) from error
        except ValidationError as error:
            raise InvalidParams(
                [(at, said) for at, _, said in problems_of(error)], of=cls
            ) from error


def _require_fit(given: object) -> None:
    """Raise `BadJson`, whose `where` is the field, for what no field may hold."""
    if isinstance(given, dict):
        for field, value in given.items():
            check_json(value, where=field)


def _with_tuples(given: object) -> object:
    """Return fields as a strict model takes them: what is wrapped gets the lists of JSON."""
    if not isinstance(given, dict):
        return given
    return {name: tuple(one) if isinstance(one, list) else one for name, one in given.items()}


class Nothing(Params):
    """Nothing needs to be given."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and how they hear of what goes on meanwhile.

    `tell` takes remarks that stay, such as which lost run was recovered; `doubt` takes what is
    wrong with what is returned all the same, so that it can be looked at; `progress` takes texts
    of which the last one counts. Work in many steps begins no further step once `is_stopped` is
    true. `reached` takes the marks up to which a verification found nothing wrong, to go on from
    later, `seen` the events of a run that is watched, and `begun` the id of a run or of a bulk
    replay that is on record and is now carried out. A run of which the result `is_awaited` by
    nobody once it is on record may end without one (`NobodyWaits`). Who is `asking` is checked and
    on the record; nobody is where a program calls operations by itself.
    """

    by: Authorship
    tell: Callable[[str], None] = lambda _: None
    doubt: Callable[[str], None] = lambda _: None
    progress: Callable[[str], None] = lambda _: None
    is_stopped: Callable[[], bool] = lambda: False
    reached: Callable[[LogMark], None] = lambda _: None
    seen: Callable[[EventLine], None] = lambda _: None
    begun: Callable[[str], None] = lambda _: None
    asking: Asking | None = None
    is_awaited: bool = True

    @property
    def rights(self) -> frozenset[Scope]:
        """What the caller may do."""
        return frozenset(Scope) if self.asking is None else self.asking.principal.rights

    @property
    def tenant_id(self) -> str:
        """The tenant whose runs and estate the caller sees."""
        return self.by.tenant_id


P = TypeVar("P", bound=Params)
V = TypeVar("V")
Do = Callable[[Services, Caller, P], Coroutine[Any, Any, V]]
"""Does what is asked of the services."""


@dataclass(frozen=True, slots=True)
class Operation(Generic[P, V]):
    """Something that can be asked of opstrail.

    `name` is a noun and a verb, such as "run.verify". `view` is the shape of what comes back.
    `errors` are those that a caller may meet, beside those that every operation may raise:
    `DatabaseUnavailable` and `CorruptLog`. A command may do with reading the database, when what
    it writes goes elsewhere.
    """

    name: str
    kind: Kind
    scope: Scope
    params: type[P]
    view: View[V]
    do: Do[P, V]
    errors: tuple[type[Exception], ...] = ()
    access: Access = Access.READ
    when_interrupted: WhenInterrupted = "ends"

    async def carried_out(self, have: Services, caller: Caller, params: P) -> V:
        """Do what is asked; what tools say of how far they are goes to the caller's `progress`.

        Raises `Denied` when the caller may not.
        """
        with showing(caller.tenant_id):
            return await self._allowed(have, caller, params)

    async def _allowed(self, have: Services, caller: Caller, params: P) -> V:
        if caller.asking is None:
            return await self._carried_out(have, caller, params)
        from domain.operations.auditing import Asked, audited  # noqa: PLC0415 - for faces only

        def do(by: Authorship) -> Coroutine[Any, Any, V]:
            return self._carried_out(have, replace(caller, by=by), params)

        writes = self.access_for(params) is not Access.READ
        asked = Asked(self.name, self.kind, self.scope, params, writes)
        return await audited(have, asked, caller.asking, caller.by, do)

    async def _carried_out(self, have: Services, caller: Caller, params: P) -> V:
        if self.kind == "read":
            return await self.do(have, caller, params)
        from domain.tools.context import progress_to  # noqa: PLC0415 - a read calls no tool

        with progress_to(caller.progress):
            return await self.do(have, caller, params)

    def access_for(self, params: P) -> Access:
        """Return what it does with the database when asked so: a dry run changes nothing."""
        return Access.READ if getattr(params, "is_dry_run", False) else self.access


def command(
    name: str,
    scope: Scope,
    params: type[P],
    view: View[V],
    do: Do[P, V],
    *errors: type[Exception],
    access: Access = Access.WRITE,
    when_interrupted: WhenInterrupted = "ends",
) -> Operation[P, V]:
    """Return the operation that records something or reaches outside."""
    return Operation(name, "command", scope, params, view, do, errors, access, when_interrupted)


def read(
    name: str, scope: Scope, params: type[P], view: View[V], do: Do[P, V], *errors: type[Exception]
) -> Operation[P, V]:
    """Return the operation that leaves no trace."""
    return Operation(name, "read", scope, params, view, do, errors)
