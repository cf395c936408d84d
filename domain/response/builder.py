"""Responses as plain JSON: made from blocks, from errors, and from other responses."""

import logging
from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

from pydantic import JsonValue

from domain.json import JsonMap
from domain.response.blocks import Block, MarkdownBlock, TextBlock, dump_blocks, parse_blocks
from domain.response.next_actions import NextAction
from domain.response.references import Reference, unique_references

NO_RESULTS = "No results found"
COMBINED = "Combined results ready"


class ResponseError(TypedDict):
    """Why a response, or a part of one, is no success."""

    error: str
    error_code: str
    details: JsonMap


class Response(TypedDict):
    """What a run answers.

    The last four are there only where they say something: the first three in an error response,
    `errors` in a combination whose parts hold errors.
    """

    success: bool
    answer: str
    blocks: list[JsonMap]
    references: list[JsonMap]
    next_actions: list[JsonMap]
    metadata: JsonMap
    error: NotRequired[str]
    error_code: NotRequired[str]
    details: NotRequired[JsonMap]
    errors: NotRequired[list[ResponseError]]


class ResponseBuilder:
    """Builds the responses of one tenant; a logger, when given, is warned of error responses."""

    def __init__(self, tenant_id: str, logger: logging.Logger | None = None) -> None:
        self._tenant_id = tenant_id
        self._logger = logger

    def build_success_response(
        self,
        blocks: Sequence[Block | JsonMap],
        answer: str,
        references: Sequence[Reference | JsonMap] | None = None,
        next_actions: Sequence[NextAction | JsonMap] | None = None,
        metadata: Mapping[str, JsonValue] | None = None,
    ) -> Response:
        """Return the response of an answer.

        Raises pydantic's ValidationError for a block or a next action that is none.
        """
        return {
            "success": True,
            "answer": answer,
            "blocks": dump_blocks(parse_blocks(list(blocks))),
            "references": unique_references(_plain_reference(each) for each in references or ()),
            "next_actions": [_plain_action(action) for action in next_actions or ()],
            "metadata": dict(metadata or {}),
        }

    def build_error_response(
        self,
        error: str,
        error_code: str | None = None,
        details: Mapping[str, JsonValue] | None = None,
    ) -> Response:
        """Return the response that says why there is no answer."""
        code = error_code or "UNKNOWN_ERROR"
        if self._logger is not None:
            self._logger.warning(
                "error response: code=%s error=%r tenant_id=%s", code, error, self._tenant_id
            )
        return {
            "success": False,
            "answer": f"Error: {error}",
            "blocks": [],
            "references": [],
            "next_actions": [],
            "metadata": {},
            "error": error,
            "error_code": code,
            "details": dict(details or {}),
        }

    def compose_answer_from_blocks(self, blocks: Sequence[Block | JsonMap]) -> str:
        """Return the first text among the blocks, else which kinds of blocks there are."""
        typed = parse_blocks(list(blocks))
        if not typed:
            return NO_RESULTS
        for block in typed:
            if isinstance(block, TextBlock):
                return block.text
            if isinstance(block, MarkdownBlock):
                return block.content
        kinds = dict.fromkeys(block.type for block in typed)
        return f"Results include: {', '.join(kinds)}"

    def aggregate_references(
        self,
        execution_results: Sequence[Mapping[str, object]] | None = None,
        explicit_references: Sequence[Reference | JsonMap] | None = None,
    ) -> list[JsonMap]:
        """Return the `references` of the results, then the explicit ones, once each."""
        gathered: list[Reference | JsonMap] = []
        for result in execution_results or ():
            found = result.get("references")
            gathered.extend(found if isinstance(found, list) else ())
        gathered.extend(explicit_references or ())
        return unique_references(_plain_reference(reference) for reference in gathered)

    def format_metadata(
        self,
        execution_time_ms: float | None = None,
        tool_calls: Sequence[JsonValue] | None = None,
        blocks_count: int | None = None,
        used_assets: Mapping[str, JsonValue] | None = None,
    ) -> JsonMap:
        """Return the metadata of a response: whichever of these are given, times in whole ms."""
        given: dict[str, JsonValue | None] = {
            "execution_time_ms": None if execution_time_ms is None else int(execution_time_ms),
            "tool_calls": None if tool_calls is None else list(tool_calls),
            "blocks_count": blocks_count,
            "used_assets": None if used_assets is None else dict(used_assets),
        }
        return {name: value for name, value in given.items() if value is not None}

    def combine_responses(self, responses: Sequence[Response]) -> Response:
        """Return one response of all, answered by the first part that succeeded.

        It is a success when every part is one. `metadata.parts` holds the metadata of each part,
        `errors` what their errors said.
        """
        if not responses:
            return self.build_error_response("No responses to combine")
        if len(responses) == 1:
            return responses[0]
        parts: list[JsonValue] = [dict(part["metadata"]) for part in responses]
        combined: Response = {
            "success": all(part["success"] for part in responses),
            "answer": _first_answer(responses),
            "blocks": [block for part in responses for block in part["blocks"]],
            "references": unique_references(
                each for part in responses for each in part["references"]
            ),
            "next_actions": _unique_actions(responses),
            "metadata": {"combined_from": len(responses), "parts": parts},
        }
        errors = [error for part in responses for error in _errors(part)]
        if errors:
            combined["errors"] = errors
        return combined


def _plain_reference(reference: Reference | JsonMap) -> JsonMap:
    if isinstance(reference, Reference):
        return reference.model_dump(mode="json", exclude_none=True)
    return reference


def _plain_action(action: NextAction | JsonMap) -> JsonMap:
    return NextAction.model_validate(action).model_dump(mode="json")


def _first_answer(responses: Sequence[Response]) -> str:
    """The first answer of a part that succeeded, else the first that there is."""
    by_success = sorted(responses, key=lambda part: not part["success"])
    return next((part["answer"] for part in by_success if part["answer"]), COMBINED)


def _unique_actions(responses: Sequence[Response]) -> list[JsonMap]:
    unique: list[JsonMap] = []
    for part in responses:
        unique.extend(action for action in part["next_actions"] if action not in unique)
    return unique


def _errors(part: Response) -> list[ResponseError]:
    if "error" not in part:
        return part.get("errors", [])
    return [
        {
            "error": part["error"],
            "error_code": part.get("error_code", "UNKNOWN_ERROR"),
            "details": part.get("details", {}),
        }
    ]
