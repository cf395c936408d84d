"""Queries within plans: as JSON, whose model is loaded only where there is one."""

from typing import Annotated

from pydantic import AfterValidator

from domain.json import JsonMap


def _query(content: JsonMap) -> JsonMap:
    from domain.query.model import Query  # noqa: PLC0415 - not every plan has one

    Query.model_validate(content)
    return content


RecordedQuery = Annotated[JsonMap, AfterValidator(_query)]
"""The JSON of a query."""
