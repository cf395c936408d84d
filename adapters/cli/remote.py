"""An operation that a server carries out: the same params go in, the same views come out."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import httpx
from msgspec import to_builtins
from pydantic import ValidationError

from adapters.cli.remote_files import (
    estate_packed,
    estate_written,
    exported_bundle,
    require_empty,
)
from adapters.cli.signals import interrupt, on_signals
from adapters.client import Client, ProblemError, StreamEnded
from adapters.client.calls import Answer, How, is_sendable, routes
from adapters.client.errors import NO_SERVICE
from adapters.faults import Elsewhere, fault_told
from domain.errors import Refused
from domain.operations.operation import InvalidParams, Operation, Params
from domain.time_zones import name_of
from domain.views.record import EventLine

if TYPE_CHECKING:
    from domain.json import JsonMap
    from domain.views.log import LogMark

P = TypeVar("P", bound=Params)
V = TypeVar("V")
Tell = Callable[[str], None]

KEY: Final = "OPSTRAIL_KEY"
"""The variable with the key of who asks."""
_NO_KEY: Final = f"the server asks for a key: {KEY} is the variable for it"
_WAIT_SECONDS: Final = 60
_LOOK_SECONDS: Final = 1.0
_CONNECT_SECONDS: Final = 10.0


class NotOfAService(Refused):
    """Something needs the machine or the database itself."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name.replace('.', ' ')} is not done over HTTP: ask where the database is, without"
            " --server and OPSTRAIL_SERVER"
        )


class WrongKey(Refused):
    """The key of who asks cannot be sent; it is not shown."""

    def __init__(self) -> None:
        super().__init__(f"{KEY} has a blank, or a letter that no key has")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A server at a URL, and who hears what it tells; see `Caller`."""

    url: str
    zone: tzinfo
    tell: Tell
    doubt: Tell
    reached: "Callable[[LogMark], None]"
    seen: Callable[[EventLine], None]

    def call(self, operation: Operation[P, V], params: P) -> V:
        """Return what came of an operation. Raises `NotOfAService`, `Elsewhere`."""
        timeout = httpx.Timeout(None, connect=_CONNECT_SECONDS)
        key, http = _key(), httpx.Client(timeout=timeout)
        with _errors_as_here(self.url, operation), on_signals(interrupt), http:
            value = _Asking(self, Client(self.url, key, http=http), operation).value(params)
        if operation.name == "log.verify":
            self.reached(value.verified_to)
        return cast("V", value)


@dataclass(frozen=True, slots=True)
class _Asking:
    """An operation, and where it is asked for."""

    heard: Remote
    client: Client
    operation: Operation[Any, Any]

    def value(self, params: Any) -> Any:  # noqa: ANN401 - of the operation
        """Return the value of the view; files go up and down with some operations."""
        match self.operation.name:
            case "run.watch":
                return self._read(self._watched({"run": params.run}))
            case "run.export":
                return exported_bundle(cast("bytes", self._asked(params).value))
            case "estate.export":
                require_empty(Path(params.folder))
                return self._read(estate_written(self._asked(params), params.folder))
            case "estate.import":
                return self._imported(params)
            case _:
                answer = self._asked(params)
                return self._read(self._ended(answer) if answer.is_accepted else answer.value)

    def _read(self, plain: Any) -> Any:  # noqa: ANN401 - JSON
        return self.operation.view.from_json(plain)

    def _imported(self, params: Any) -> Any:  # noqa: ANN401 - as above
        with estate_packed(params.paths) as (archive, names):
            asked = params.model_copy(update={"paths": tuple(names)})
            return self._read(self._asked(asked, archive=archive).value)

    def _asked(self, params: Params, **files: bytes) -> Answer:
        name = self.operation.name
        if name not in routes():
            raise NotOfAService(name)
        route, prefer = routes()[name], [f"timezone={name_of(self.heard.zone)}"]
        if self.operation.when_interrupted == "cancels":
            prefer.append("cancel-when-gone")
        how = How(wait=_WAIT_SECONDS if route.goes_on else None, prefer=tuple(prefer))
        given = {**_given(params, route.file), **files}
        try:
            answer = self.client.call(name, given, how)
        except ProblemError as problem:
            if problem.code != "still-running":
                raise
            run_id = str(problem.document["url"]).rpartition("/")[2]  # as it is so far
            return self.client.call("run.response", {"run": run_id})
        for text in answer.told("Remarks"):
            self.heard.tell(text)
        for text in answer.told("Doubts"):
            self.heard.doubt(text)
        return answer

    def _ended(self, answer: Answer) -> object:
        """Return what came of it once it has ended; a run is cancelled by who is interrupted."""
        where = cast("dict[str, str]", answer.value)
        if "/replays/" in where["url"]:
            return self._replayed({"replay": where["id"]})
        try:
            return self._watched({"run": where["id"]}, is_shown=False)
        except KeyboardInterrupt:
            self.client.call("run.cancel", {"run": where["id"], "reason": "interrupted"})
            raise

    def _watched(self, which: "JsonMap", *, is_shown: bool = True) -> object:
        """Follow a run to its end, and return its answer as it then was."""
        at = {}
        for event in self.client.follow("run.stream", which):
            if event.kind == "event" and is_shown:
                self.heard.seen(EventLine.model_validate(event.data))
            elif event.kind == "end":
                at = {"at": event.data["version"]}
        return self.client.call("run.response", {**which, **at}).value

    def _replayed(self, which: "JsonMap") -> object:
        """Wait for the end of a bulk replay, which goes on when who waits is interrupted."""
        view = self._shown(which)
        while view["state"] == "started":
            time.sleep(_LOOK_SECONDS)
            view = self._shown(which)
        if self.operation.name != "run.verify_all":
            return view
        return {**view, "results": self.client.call("replay.results", which).value}

    def _shown(self, which: "JsonMap") -> "JsonMap":
        return cast("JsonMap", self.client.call("replay.show", which).value)


def _key() -> str | None:
    key = os.environ.get(KEY) or None
    if key is not None and not is_sendable(key):
        raise WrongKey
    return key


def _given(params: Params, file: str | None) -> dict[str, object]:
    """Return the params as JSON, and the file among them as bytes."""
    without = set() if file is None else {file}
    given = params.model_dump(mode="json", exclude=without, fallback=to_builtins)
    has_file = file is not None and file in type(params).model_fields
    return given | ({file: getattr(params, file)} if file is not None and has_file else {})


@contextmanager
def _errors_as_here(url: str, operation: Operation[Any, Any]) -> Iterator[None]:
    """Raise what a server tells as what it would be here. Raises `Elsewhere`, `InvalidParams`."""
    try:
        yield
    except ProblemError as problem:
        if problem.code == "invalid-params":
            raise InvalidParams([*_invalid(problem.errors)]) from problem
        status = 503 if problem.code == NO_SERVICE else problem.status
        fault = fault_told(status, problem.code, operation.errors)
        detail = _NO_KEY if problem.code == "key-missing" else problem.detail
        raise Elsewhere(detail, fault) from problem
    except StreamEnded as ended:
        raise Elsewhere(str(ended), fault_told(500, ended.kind, ())) from ended
    except ValidationError as error:
        message = f"{url} does not answer {operation.name} as this version of opstrail does"
        raise Elsewhere(message, fault_told(503, NO_SERVICE, ())) from error
    except httpx.TransportError as error:
        message = f"no answer from {url}: {error}"
        raise Elsewhere(message, fault_told(503, "unreachable", ())) from error


def _invalid(errors: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    for each in errors:
        steps = [step.replace("~1", "/").replace("~0", "~") for step in each["pointer"].split("/")]
        yield ".".join(steps[1:]), each["detail"]
