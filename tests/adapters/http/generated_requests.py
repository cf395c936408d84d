"""Requests that schemathesis makes of the OpenAPI document, and what it has to say of answers."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.config import SanitizationConfig, SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi import checks
from schemathesis.transport.prepare import prepare_request

from tests.adapters.http.client import BASE, Client

Case = schemathesis.Case[Any]
Described = APIOperation[Any, Any, Any, Any]
MODES: Final = list(GenerationMode)
CHECKS: Final[Sequence[CheckFunction]] = (
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
    checks.unsupported_method,
)
"""All that look at one answer, but for `positive_data_acceptance`,
as 422 is also for what no schema says."""

REFUSALS: Final = ["400", "401", "403", "404", "405", "406", "409", "412", "415", "422"]
CONFIG: Final = {"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}}
AS_IT_IS: Final = SanitizationConfig(enabled=False)


@schemathesis.serializer("application/zip")
def as_bytes(_: object, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


def schema_of(document: dict[str, Any]) -> BaseSchema:
    config = SchemathesisConfig.from_dict(CONFIG)
    return schemathesis.openapi.from_dict(document, config=config)


def operations_of(schema: BaseSchema) -> dict[str, Described]:
    """Return what schemathesis knows of each operation, by its id."""
    found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    return {each.definition.raw["operationId"]: each for each in found}


def at_bounds(operation: Described) -> Iterator[Case]:
    """Yield the requests in which each param in turn is at a bound, beyond it, or odd."""
    schema = operation.schema
    config = schema.config.generation_for(operation=operation)
    yield from schema.iter_coverage_cases(
        operation, generation_modes=MODES, generation_config=config
    )


def at_random(operation: Described, *, count: int) -> list[Case]:
    """Return so many requests that fit the document, and as many that do not; always the same."""
    found: list[Case] = []

    def keep(case: Case) -> None:
        found.append(case)

    for mode in MODES:
        with suppress(Unsatisfiable):  # what takes nothing can be given nothing wrong
            cases = given(case=operation.as_strategy(generation_mode=mode))
            seed(1)(_always(count)(cases(keep)))()
    return found


def faults_of_walks(schema: BaseSchema, client: Client, *, count: int) -> list[str]:
    """Ask for so many times ten things one after the other, each with what came of those before.

    Return how answers differ from what the document tells.
    """
    faults: list[str] = []

    class Walk(schema.as_state_machine()):  # type: ignore[misc]  # it is made of the document
        def call(self, case: Case, **_: object) -> Response:
            return answer_to(case, client)

        def validate_response(self, response: Response, case: Case, **_: object) -> None:
            faults.extend(faults_of(case, response))

    Walk.run(settings=settings(_always(count), stateful_step_count=10, derandomize=True))
    return faults


def _always(count: int) -> settings:
    return settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )


def answer_to(case: Case, client: Client) -> Response:
    """Return the answer."""
    asked = prepare_request(case, client.sends, config=AS_IT_IS, base_url=BASE)
    headers = {name: str(value) for name, value in asked.headers.items()}
    body = asked.body.encode() if isinstance(asked.body, str) else asked.body
    path = str(asked.url).removeprefix(BASE)
    assert body is None or isinstance(body, bytes)
    answer = client.ask(str(asked.method), path, headers=headers, content=body)
    told = {name: [value] for name, value in answer.headers.items()}
    return Response(
        answer.status_code, told, answer.content, asked, 0, verify=False, encoding="utf-8"
    )


def faults_of(case: Case, answer: Response) -> list[str]:
    """Return how the answer differs from what the document tells, with the request."""
    try:
        case.validate_response(answer, checks=[*CHECKS])
    except FailureGroup as found:
        return [f"{each}\n{found}" for each in found.exceptions]
    return []
