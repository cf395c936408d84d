"""Responses as plain JSON: made from blocks, from errors, and from other responses."""

import logging
import math
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict, cast

from pydantic import JsonValue

from domain.json import JsonMap, as_text
from domain.response.blocks import Block, MarkdownBlock, TextBlock, dump_blocks, typed_blocks
from domain.response.next_actions import NextAction
from domain.response.references import Reference, unique_references
from domain.values.arguments import WrongArgument, listed, mapped, parsed, require, require_logger

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
    """Builds the responses of one tenant; a logger, when given, is warned of error responses.

    Every method raises `WrongArgument` for what cannot be meant.
    """

    def __init__(self, tenant_id: str, logger: logging.Logger | None = None) -> None:
        require_logger(logger)
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
        """Return the response of an answer."""
        return {
            "success": True,
            "answer": as_text(answer),
            "blocks": dump_blocks(typed_blocks(blocks)),
            "references": self.aggregate_references(explicit_references=references),
            "next_actions": [_plain_action(each) for each in listed("next_actions", next_actions)],
            "metadata": mapped("metadata", metadata),
        }

    def build_error_response(
        self,
        error: str,
        error_code: str | None = None,
        details: Mapping[str, JsonValue] | None = None,
    ) -> Response:
        """Return the response that says why there is no answer."""
        code, error = as_text(error_code or "UNKNOWN_ERROR"), as_text(error)
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
            "details": mapped("details", details),
        }

    def compose_answer_from_blocks(self, blocks: Sequence[Block | JsonMap]) -> str:
        """Return the first text among the blocks, else which kinds of blocks there are."""
        typed = typed_blocks(blocks)
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
        execution_results: Sequence[object] | Mapping[str, object] | None = None,
        explicit_references: Sequence[Reference | JsonMap] | None = None,
    ) -> list[JsonMap]:
        """Return the `references` of the results, then the explicit ones, once each.

        An object with `references` is one result, one without has results by name.
        """
        if isinstance(execution_results, Mapping):
            by_name = [*execution_results.values()]
            execution_results = (
                [execution_results] if "references" in execution_results else by_name
            )
        gathered: list[Any] = []
        for result in listed("execution_results", execution_results):
            is_plain = isinstance(result, Mapping)
            found = result.get("references") if is_plain else getattr(result, "references", None)
            gathered += listed("references", found) if found else ()
        gathered.extend(listed("references", explicit_references))
        return unique_references(_plain_reference(each) for each in gathered)

    def format_metadata(
        self,
        execution_time_ms: float | None = None,
        tool_calls: JsonValue = None,
        blocks_count: int | None = None,
        used_assets: JsonValue = None,
    ) -> JsonMap:
        """Return the metadata of a response: whichever of these are given, times in whole ms.

        Calls are their number or the calls, assets a list or an object. Raises `WrongArgument`.
        """
        ms = execution_time_ms
        require("execution_time_ms", ms, (int, float, type(None)), "a number")
        if isinstance(ms, float) and not math.isfinite(ms):
            raise WrongArgument(ms, name="execution_time_ms", allowed="a finite number")
        given: dict[str, JsonValue] = {
            "execution_time_ms": None if ms is None else int(ms),
            "tool_calls": tool_calls,
            "blocks_count": blocks_count,
            "used_assets": used_assets,
        }
        return {name: value for name, value in given.items() if value is not None}

    def combine_responses(self, responses: Sequence[Response]) -> Response:
        """Return one response of all, answered by the first part that succeeded.

        It is a success when every part is one. `metadata.parts` holds the metadata of each part,
        `errors` what their errors said.
        """
        given = [mapped("responses", each) for each in listed("responses", responses)]
        if len(given) == 1 and given[0].keys() >= Response.__required_keys__:
            return cast("Response", given[0])
        whole: Any = self.build_success_response([], "")
        parts = [
            cast("Response", {**whole, "success": "error" not in part, **part})
            for part in map(_known, given)
        ]
        if not parts:
            return self.build_error_response("No responses to combine")
        if len(parts) == 1:
            return parts[0]
        combined: Response = {
            "success": all(part["success"] for part in parts),
            "answer": _first_answer(parts),
            "blocks": [block for part in parts for block in listed("blocks", part["blocks"])],
            "references": self.aggregate_references(parts),
            "next_actions": _unique_actions(parts),
            "metadata": {
                "combined_from": len(parts),
                "parts": [part["metadata"] for part in parts],
            },
        }
        errors = [error for part in parts for error in _errors(part)]
        if errors:
            combined["errors"] = errors
        return combined


def plain_response(response: Response) -> JsonMap:
    """Return the response as the plain JSON that it is."""
    return cast("JsonMap", response)


def _plain_reference(reference: object) -> JsonMap:
    if isinstance(reference, Reference):
        return reference.model_dump(mode="json", exclude_none=True)
    return mapped("references", reference)


def _plain_action(action: object) -> JsonMap:
    return parsed("next_actions", action, NextAction.model_validate).model_dump(mode="json")


def _first_answer(responses: Sequence[Response]) -> str:
    """The first answer of a part that succeeded, else the first that there is."""
    by_success = sorted(responses, key=lambda part: not part["success"])
    return next((as_text(part["answer"]) for part in by_success if part["answer"]), COMBINED)


def _unique_actions(responses: Sequence[Response]) -> list[JsonMap]:
    unique: list[JsonMap] = []
    for part in responses:
        actions = listed("next_actions", part["next_actions"])
        unique.extend(action for action in actions if action not in unique)
    return unique


def _known(part: JsonMap) -> JsonMap:
    """Return what the part says: None says nothing."""
    return {name: value for name, value in part.items() if value is not None}


def _errors(part: Response) -> list[ResponseError]:
    if "error" not in part:
        found = listed("errors", part.get("errors"))
        return [cast("ResponseError", mapped("errors", each)) for each in found]
    return [
        {
            "error": as_text(part["error"]),
            "error_code": part.get("error_code", "UNKNOWN_ERROR"),
            "details": part.get("details", {}),
        }
    ]
