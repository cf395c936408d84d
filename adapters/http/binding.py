"""An operation and its route make an endpoint: what is given in, what came of it out."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from adapters.http.cursors import Cursors
from adapters.http.folders import ANSWER, packed, placed
from adapters.http.given import params_given, params_of
from adapters.http.identity import Door
from adapters.http.pace import in_time
from adapters.http.preconditions import (
    cancels_when_gone,
    etag,
    is_known,
    seconds_to_wait,
    version_expected,
    zone_wished,
)
from adapters.http.problems import HttpProblem, problem_of
from adapters.http.routes import PREFIX, Route
from adapters.http.workroom import Begun, Workroom
from domain.errors import CorruptLog, IllegalTransition, WrongExpectedVersion
from domain.json import as_list
from domain.operations.operation import Caller, InvalidParams, Operation, Params
from domain.views.columns import WrongColumns, chosen_columns, in_columns
from domain.writer import Authorship

_NOTHING_TO_MATCH: Final = (
    "If-Match is for what changes one run, and this changes none: leave it out; what is read of a"
    " run takes If-None-Match"
)
_GONE: Final = "who waited for it has gone away"
_JSON: Final = "application/json"
_MOST_TOLD: Final = 2000


@dataclass(frozen=True, slots=True)
class Face:
    """What every endpoint works with."""

    workroom: Workroom
    door: Door
    cursors: Cursors
    read_seconds: float


@dataclass(slots=True)
class _Told:
    """What was told beside what came of an operation; headers have it."""

    remarks: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def heard_by(self, caller: Caller) -> Caller:
        return replace(caller, tell=self.remarks.append, doubt=self.doubts.append)

    @property
    def headers(self) -> dict[str, str]:
        told = {"Opstrail-Remarks": self.remarks, "Opstrail-Doubts": self.doubts}
        return {name: _ascii(texts) for name, texts in told.items() if texts}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Answers requests for one operation."""

    asked: Operation[Any, Any]
    route: Route
    face: Face

    async def answer(self, request: Request) -> Response:
        """Return the answer; an error is one, too."""
        try:
            return await self._answer(request)
        except Exception as error:  # noqa: BLE001 - the border: every error becomes a document
            is_conditional = "if-match" in request.headers
            given = getattr(request.state, "given", None)
            request_id = request.state.request_id
            return problem_of(error, request_id, given=given, is_conditional=is_conditional)

    async def _answer(self, request: Request) -> Response:
        told, door = _Told(), self.face.door
        caller = await self.face.workroom.in_thread(door.caller, request, self.asked)
        caller = told.heard_by(caller)
        given = await params_given(self.asked, self.route, request)
        version = version_expected(request.headers)
        if version is not None:
            caller = await self.face.workroom.in_thread(self._expecting, caller, given, version)
        if self.route.goes_on or self.asked.when_interrupted != "ends":
            return await self._goes_on(request, caller, given, told)
        read = self._with_files if self.route.has_folder else self._read
        answer = self.face.workroom.in_thread(read, request, caller, given, told)
        if self.asked.kind == "command":
            return await answer
        return await in_time(answer, self.face.read_seconds)

    def _with_files(
        self, request: Request, caller: Caller, given: dict[str, Any], told: _Told
    ) -> Response:
        """Answer for files that come with the request, or go with the answer as one archive."""
        with placed(self.route, given) as folder:
            answer = self._read(request, caller, given, told)
            if self.route.folder_out is None:
                return answer
            about = {ANSWER: bytes(answer.body).decode().replace(str(folder), ""), **told.headers}
            return Response(packed(folder), headers=about, media_type="application/zip")

    def _read(
        self, request: Request, caller: Caller, given: dict[str, Any], told: _Told
    ) -> Response:
        headers, cursor = dict[str, str](), given.pop("cursor", None)
        columns = self._columns(given)
        query = dict(given)
        sealed = {name: value for name, value in query.items() if name != "limit"}
        sealed[""] = self.asked.name  # no param is called so: a cursor is of one list
        if cursor is not None:
            given["before"] = self.face.cursors.read(caller.tenant_id, sealed, cursor)
        params = params_of(self.asked, self.route, given)
        version = self._version(caller, params)
        if version is not None:
            headers["ETag"] = etag(version)
            if is_known(request.headers, version):
                return Response(status_code=304, headers=headers)
        value = self.face.workroom.do(self.asked, caller, params, zone_wished(request.headers))
        if self.route.paged_by and len(value) == params.limit:
            last = str(getattr(value[-1], self.route.paged_by))
            cursor = self.face.cursors.made(caller.tenant_id, sealed, last)
            headers["Link"] = _next(request, query | columns, cursor)
        return self._shown(value, {**headers, **told.headers}, **columns)

    def _columns(self, given: dict[str, Any]) -> dict[str, str]:
        """Take the columns out of what is given to a list. Raises `InvalidParams`."""
        if not self.route.takes_columns or "columns" not in given:
            return {}
        try:
            return {"columns": ",".join(chosen_columns(self.asked.view, given.pop("columns")))}
        except WrongColumns as error:
            raise InvalidParams([("columns", str(error))]) from error

    def _expecting(self, caller: Caller, given: Mapping[str, Any], version: int) -> Caller:
        """Return the caller as one who writes to the run at this version, which it has now."""
        if "run" not in given or self.asked.kind != "command":
            raise HttpProblem(412, "wrong-etag", _NOTHING_TO_MATCH)
        reader = self.face.workroom.have.reader
        run_id = reader.resolve(caller.tenant_id, str(given["run"]))
        if (actual := reader.version(caller.tenant_id, run_id)) != version:
            raise WrongExpectedVersion(run_id, expected=version, actual=actual)
        return replace(caller, by=replace(caller.by, seen=(run_id, version)))

    def _version(self, caller: Caller, params: Params) -> int | None:
        """Return the version of the run that is looked at now; a damaged one may have none."""
        if not self.route.has_version or getattr(params, "at", None) is not None:
            return None
        reader = self.face.workroom.have.reader
        run_id = reader.resolve(caller.tenant_id, params.run)  # type: ignore[attr-defined]  # routes with a version have it
        try:
            return reader.version(caller.tenant_id, run_id)
        except CorruptLog:
            return None

    def _shown(self, value: object, headers: Mapping[str, str], columns: str = "") -> Response:
        if self.route.answers_file:
            return Response(value.content, headers=dict(headers), media_type="application/zip")  # type: ignore[attr-defined]  # a bundle
        plain = self.asked.view.to_json(value)
        shown = in_columns(as_list(plain), columns.split(",")) if columns else plain
        return Response(orjson.dumps(shown), headers=dict(headers), media_type=_JSON)

    async def _goes_on(
        self, request: Request, caller: Caller, given: dict[str, Any], told: _Told
    ) -> Response:
        params = params_of(self.asked, self.route, given)
        zone = zone_wished(request.headers)
        is_awaited = not self.route.goes_on or seconds_to_wait(request.headers) > 0
        caller = replace(caller, is_awaited=is_awaited)
        begun = await self.face.workroom.begin(self.asked, caller, params, zone)
        await asyncio.wait({begun.done, begun.on_record}, return_when=asyncio.FIRST_COMPLETED)
        if begun.on_record.done() and self.route.goes_on:
            if is_awaited:
                await self._wait_for(begun, request, caller.by)
            if begun.has_no_result:
                return _accepted(self.route.goes_on, begun.on_record.result(), told)
        await asyncio.wait({begun.done})
        if begun.done.cancelled():
            raise HttpProblem(503, "stopping", "the server stops, and this was not done")
        value = begun.done.result()
        _require_finished(value, begun)
        return await self.face.workroom.in_thread(self._shown, value, told.headers)

    async def _wait_for(self, begun: Begun, request: Request, by: Authorship) -> None:
        """Wait for the end, or as long as is asked for, or until the server stops."""
        ends = {begun.done, asyncio.ensure_future(self.face.workroom.hub.until_closed())}
        gone = asyncio.ensure_future(_gone(request))
        if self.route.goes_on == "runs" and cancels_when_gone(request.headers):
            ends.add(gone)
        seconds = seconds_to_wait(request.headers)
        await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if gone.done() and gone in ends and not begun.done.done():
            await self.face.workroom.in_thread(self._cancel, begun.on_record.result(), by)
        for each in {*ends, gone} - {begun.done}:
            each.cancel()

    def _cancel(self, run_id: str, by: Authorship) -> None:
        with suppress(IllegalTransition):  # it has just ended
            self.face.workroom.have.runs.cancel(run_id, why=_GONE, by=by)


async def _gone(request: Request) -> None:
    """Return once the connection of the request is closed."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _accepted(goes_on: str, begun_id: str, told: _Told) -> Response:
    url = f"{PREFIX}/{goes_on}/{begun_id}"
    body = orjson.dumps({"id": begun_id, "url": url})
    headers = {"Location": url, **told.headers}
    return Response(body, 202, headers=headers, media_type=_JSON)


def _require_finished(value: object, begun: Begun) -> None:
    """Raise `HttpProblem` for the run of an earlier request with the same key that goes on."""
    if begun.on_record.done() or not isinstance(value, dict) or "run_id" not in value:
        return
    if value["meta"]["is_finished"]:
        return
    url = f"{PREFIX}/runs/{value['run_id']}"
    detail = f"{value['run_id']} is {value['meta']['state']}: an earlier request with this key"
    raise HttpProblem(409, "still-running", detail, headers={"Location": url}, url=url)


def _next(request: Request, query: Mapping[str, object], cursor: str) -> str:
    """Return the link to the next page (RFC 8288)."""
    given = {name: value for name, value in query.items() if name not in request.path_params}
    asked = urlencode({**given, "cursor": cursor}, doseq=True)
    return f'<{quote(request.scope["path"])}?{asked}>; rel="next"'


def _ascii(texts: list[str]) -> str:
    """Return texts as a header can have them: JSON without a letter beyond ASCII."""
    return json.dumps([text[:_MOST_TOLD] for text in texts[:10]])
