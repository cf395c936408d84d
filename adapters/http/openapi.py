"""The OpenAPI 3.1 document, made of the table of operations and that of routes."""

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter

from adapters.bootstrap import engine_version
from adapters.faults import code_of, fault_of_kind
from adapters.http.examples import example_of, example_outside
from adapters.http.identity import SECURITY
from adapters.http.preconditions import HEADERS, NOT_EMPTY
from adapters.http.problems import MEDIA_TYPE, PROBLEM, STATUSES, Document
from adapters.http.routes import PREFIX, ROUTES, Route
from adapters.http.sessions import DESCRIBED as SESSION_DESCRIBED
from adapters.http.sessions import PATH as SESSION
from adapters.http.streams.described import STREAM_REFUSALS, STREAMS
from domain.operations.operation import Operation
from domain.operations.table import OPERATIONS
from domain.views.columns import columns_of

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaMode

_Schemas = Mapping[tuple[str, "JsonSchemaMode"], Document]
_COMPONENTS: Final = "#/components/schemas/"
_ALWAYS: Final = {
    401: ["key-missing", "key-refused"],
    403: ["denied", "header-missing", "wrong-origin"],
    404: ["no-such-path"],
    421: ["wrong-host"],
    431: ["head-too-large"],
    422: ["invalid-params"],
    429: ["too-many-requests"],
    500: ["unforeseen", "corrupt-log"],
    503: ["database-unavailable", "stopping", "too-slow", "too-many-bodies"],
}
_OF_BODIES: Final = {
    400: ["bad-json"],
    408: ["slow-body"],
    413: ["too-large"],
    415: ["wrong-type"],
}
_ACCEPTED: Final[Document] = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "url": {"type": "string"}},
    "required": ["id", "url"],
}
_CURSOR: Final = NOT_EMPTY | {"description": "Where the page before ended, as its Link says."}
CHOSEN_LINES: Final[Document] = {"type": "array", "items": {"type": "object"}}
_CHOSEN: Final = "Only these fields of each line, in this order, with commas between."


def document() -> Document:
    """Return the document. It takes a moment: every schema is made."""
    schemas, definitions = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for name, route in ROUTES.items():
        path = PREFIX + route.path.replace(":path}", "}")
        operation = _Described(OPERATIONS[name], route, schemas, definitions).whole
        paths.setdefault(path, {})[route.method.lower()] = operation
    for path, described in STREAMS.items():
        refused = {str(status): _refusal(codes) for status, codes in STREAM_REFUSALS.items()}
        responses = {**described["responses"], **refused}
        paths[PREFIX + path] = {"get": {**described, "responses": responses}}
    paths[PREFIX + SESSION] = _of_sessions()
    return {
        "openapi": "3.1.0",
        "info": {"title": "opstrail", "version": engine_version()},
        "paths": paths,
        "security": [{name: []} for name in SECURITY],
        "components": {
            "schemas": {**definitions, "Problem": PROBLEM, "Accepted": _ACCEPTED},
            "securitySchemes": SECURITY,
        },
    }


def _of_sessions() -> Document:
    return {
        method: {**described, "responses": {**described["responses"], **_refused_of(method)}}
        for method, described in SESSION_DESCRIBED.items()
    }


def _refused_of(method: str) -> Document:
    refused = {**_ALWAYS, **(_OF_BODIES if method == "post" else {})}
    return {str(status): _refusal(codes) for status, codes in refused.items()}


def _schemas() -> tuple[_Schemas, Mapping[str, Document]]:
    """Return the schemas of what goes in and of what comes out, and what these refer to."""
    inputs: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = []
    for name in ROUTES:
        asked = OPERATIONS[name]
        inputs.append((name, "validation", TypeAdapter(asked.params)))
        inputs.append((name, "serialization", TypeAdapter(asked.view.kind)))
    found, rest = TypeAdapter.json_schemas(inputs, ref_template=_COMPONENTS + "{model}")
    return found, rest.get("$defs", {})


class _Described:
    """One operation at its route."""

    def __init__(
        self,
        asked: Operation[Any, Any],
        route: Route,
        schemas: _Schemas,
        definitions: Mapping[str, Document],
    ) -> None:
        self._asked, self._route = asked, route
        params = schemas[asked.name, "validation"]
        name = params.get("$ref", "").removeprefix(_COMPONENTS)
        self._params = definitions[name] if name else params
        self._answer = schemas[asked.name, "serialization"]

    @property
    def whole(self) -> Document:
        """The operation as OpenAPI describes one."""
        text = _text_of(self._asked)
        described: Document = {
            "operationId": self._asked.name.replace(".", "_"),
            "tags": [self._asked.name.partition(".")[0]],
            "summary": text.partition("\n")[0],
            "description": f"{text}\n\nScope: `{self._asked.scope}`.",
            "parameters": [*self._parameters()],
            "responses": self._responses(),
        }
        if self._route.method == "POST":
            described["requestBody"] = self._body()
        return described

    def _properties(self) -> Iterable[tuple[str, Document, bool]]:
        """Yield the name and the schema of each param, and whether it must be given."""
        required = self._params.get("required", ())
        for name, schema in self._params.get("properties", {}).items():
            yield name, schema, name in required

    def _place_of(self, name: str) -> str:
        route = self._route
        if name in route.params_in_path:
            return "path"
        if (route.has_key and name == "key") or name in (route.file, route.folder_out):
            return "elsewhere"
        return "query" if route.method == "GET" or route.body else "body"

    def _parameters(self) -> Iterable[Document]:
        route = self._route
        for name, schema, is_required in self._properties():
            place = self._place_of(name)
            if place in ("path", "query"):
                is_needed = place == "path" or (is_required and name != route.folder_in)
                described = {"name": name, "in": place, "required": is_needed, "schema": schema}
                yield described | example_outside(self._asked.name, name, schema)
        if route.paged_by:
            yield {"name": "cursor", "in": "query", "required": False, "schema": _CURSOR}
        if route.takes_columns:
            yield {"name": "columns", "in": "query", "required": False, **self._columns()}
        takes = (self._is_conditional, route.has_version, route.has_key, bool(route.goes_on))
        for (name, (text, form)), is_taken in zip(HEADERS.items(), takes, strict=True):
            if is_taken:
                told = {"schema": form, "description": text}
                yield {"name": name, "in": "header", "required": False, **told}

    def _columns(self) -> Document:
        known = columns_of(self._asked.view)
        one = "|".join(map(re.escape, known))
        schema = {"type": "string", "pattern": f"^({one})(,({one}))*$", "description": _CHOSEN}
        return {"schema": schema, "example": ",".join(known[1:3])}

    @property
    def _is_conditional(self) -> bool:
        return self._asked.kind == "command" and "run" in self._route.params_in_path

    def _body(self) -> Document:
        if self._route.body:
            binary = {"schema": {"type": "string", "format": "binary"}}
            return {"required": True, "content": {"application/zip": binary}}
        inside = [each for each in self._properties() if self._place_of(each[0]) == "body"]
        required = [name for name, _, is_required in inside if is_required]
        schema: Document = {
            "type": "object",
            "properties": {name: schema for name, schema, _ in inside},
            "required": required,
            "additionalProperties": False,
            **{key: self._params[key] for key in ("anyOf",) if key in self._params},
        }
        example = example_of(self._asked.name, required)
        content = {"application/json": {"schema": schema, "example": example}}
        return {"required": bool(required) or "anyOf" in schema, "content": content}

    def _responses(self) -> Document:
        responses: Document = {"200": self._success()}
        if self._route.has_version:
            responses["304"] = {"description": "It still is at the version of If-None-Match."}
        if self._route.goes_on:
            responses["202"] = {
                "description": "It is on record and goes on; Location says where to look.",
                "headers": {"Location": {"schema": {"type": "string"}}},
                "content": {"application/json": {"schema": {"$ref": f"{_COMPONENTS}Accepted"}}},
            }
        return responses | {
            str(status): _refusal(codes) for status, codes in self._refusals().items()
        }

    def _success(self) -> Document:
        if self._route.answers_file or self._route.folder_out:
            content: Document = {"application/zip": {}}
        else:
            whole = self._answer
            lines = {"anyOf": [whole, CHOSEN_LINES]} if self._route.takes_columns else whole
            content = {"application/json": {"schema": lines}}
        return {"description": "What came of it.", "content": content}

    def _refusals(self) -> Mapping[int, Sequence[str]]:
        """Return the codes of problems by their statuses."""
        codes = {status: [*known] for status, known in _ALWAYS.items()}
        for status, code in self._further_refusals():
            codes.setdefault(status, []).append(code)
        return {status: [*dict.fromkeys(codes[status])] for status in sorted(codes)}

    def _further_refusals(self) -> Iterable[tuple[int, str]]:
        if self._route.method == "POST":
            yield from ((status, code) for status, (code,) in _OF_BODIES.items())
        for kind in self._asked.errors:
            fault = fault_of_kind(kind)
            yield from () if fault is None else [(STATUSES[fault], code_of(kind))]
        if self._is_conditional:
            yield from ((412, "wrong-expected-version"), (412, "wrong-etag"))
        if self._route.has_key:
            yield 409, "still-running"
        if self._route.goes_on or self._asked.when_interrupted != "ends":
            yield 429, "too-much-work"
        if self._route.paged_by:
            yield 422, "wrong-cursor"


def _refusal(codes: Sequence[str]) -> Document:
    problem = {"schema": {"$ref": f"{_COMPONENTS}Problem"}}
    listed = ", ".join(f"`{code}`" for code in codes)
    return {"description": f"A problem: {listed}.", "content": {MEDIA_TYPE: problem}}


def _text_of(asked: Operation[Any, Any]) -> str:
    do = asked.do.func if isinstance(asked.do, partial) else asked.do
    return inspect.getdoc(do) or f"Return the {asked.view.name} of a run at a moment."
