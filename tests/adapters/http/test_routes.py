"""Every operation has a route, and the OpenAPI document says all of it."""

import json
from typing import Any

from jsonschema import Draft202012Validator

from adapters.http.routes import NOT_OF_A_SERVICE, ROUTES
from domain.operations.table import OPERATIONS


def operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = [each for path in described["paths"].values() for each in path.values()]
    return {each["operationId"]: each for each in found}


def test_every_operation_has_a_route_or_a_reason_to_have_none() -> None:
    assert {*ROUTES, *NOT_OF_A_SERVICE} == {*OPERATIONS}
    assert not ROUTES.keys() & NOT_OF_A_SERVICE.keys()


def test_no_two_routes_are_the_same() -> None:
    routes = [(route.method, route.path) for route in ROUTES.values()]
    assert sorted(routes) == sorted({*routes})


def test_params_in_a_path_are_those_of_the_operation() -> None:
    for name, route in ROUTES.items():
        assert route.params_in_path <= OPERATIONS[name].params.model_fields.keys(), name


def test_every_reference_of_the_document_leads_somewhere(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    parts = json.dumps(described).split('"$ref": "#/components/schemas/')[1:]
    assert {part.partition('"')[0] for part in parts} <= schemas.keys()


def test_every_schema_is_one(described: dict[str, Any]) -> None:
    for name, schema in described["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert name


def test_every_example_is_what_the_operation_takes(described: dict[str, Any]) -> None:
    tried = 0
    for name, route in ROUTES.items():
        body = operations(described)[name.replace(".", "_")].get("requestBody")
        if body is None or route.body:
            continue
        example = body["content"]["application/json"]["example"]
        named = "night" if name.startswith("view.") else "view:IMPACT"
        in_path = dict.fromkeys(route.params_in_path, named)
        of_server = {} if route.folder_out is None else {route.folder_out: "estate"}
        assert OPERATIONS[name].params.model_validate({**in_path, **of_server, **example})
        tried += 1
    assert tried > 30


def test_every_param_has_an_example_that_the_operation_takes(described: dict[str, Any]) -> None:
    for name, route in ROUTES.items():
        params = operations(described)[name.replace(".", "_")]["parameters"]
        asked = [each for each in params if each["in"] != "header" and each["name"] != "cursor"]
        shown = {each["name"]: each["example"] for each in asked}
        assert None not in shown.values(), (name, shown)
        if route.method == "GET":
            shown.pop("columns", None)
            assert OPERATIONS[name].params.model_validate(shown)


def test_an_error_of_an_operation_is_described_with_its_status(described: dict[str, Any]) -> None:
    responses = operations(described)["run_cancel"]["responses"]
    assert "`illegal-transition`" in responses["409"]["description"]
    assert "`not-found`" in responses["404"]["description"]


def test_every_operation_but_logging_in_and_out_asks_who_it_is(described: dict[str, Any]) -> None:
    assert described["security"] == [{"key": []}, {"session": []}]
    asks_nobody = [name for name, each in operations(described).items() if "security" in each]
    assert asks_nobody == ["session_begin", "session_end"]


def test_every_operation_says_how_it_answers_who_may_not(described: dict[str, Any]) -> None:
    for name, each in operations(described).items():
        assert {"401", "403", "421", "500"} <= each["responses"].keys(), name
        assert "`denied`" in each["responses"]["403"]["description"], name
