"""How far a run may be from its golden one."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.errors import Refused
from domain.json import JsonMap
from domain.tools.invalid_params import describe_invalid


class InvalidThreshold(Refused):
    """A threshold is unknown, or its value is not allowed."""

    def __init__(self, why: str) -> None:
        """Keep the reason, which names the threshold."""
        self.why = why
        super().__init__(f"{why}; thresholds are: {', '.join(Thresholds.model_fields)}")


class Thresholds(BaseModel):
    """The thresholds of a golden run; what was not given has its default."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    answer: Literal["exact", "numbers", "off"] = Field(
        default="exact",
        description="how the text of the answer is compared: word by word (white space does not "
        "count), only the numbers in it by their values, or not at all",
    )
    blocks_percent: float = Field(
        default=50,
        gt=0,
        le=100,
        description="blocks added or removed, in percent of the golden run's, that fail; fewer "
        "warn",
    )
    values_percent: float | None = Field(
        default=None,
        ge=0,
        le=100,
        description="cells of the blocks, in percent, that may differ; more fail. Not given, "
        "every cell counts: it fails in a verification and warns in a rerun",
    )
    references_percent: float = Field(
        default=20,
        ge=0,
        description="references added or removed, in percent of the golden run's, above which it "
        "warns",
    )
    duration_factor: float = Field(
        default=2,
        ge=1,
        description="a call of a rerun that takes more than so many times as long warns",
    )
    duration_ms: float = Field(
        default=100, ge=0, description="calls that take no longer than this are never too slow"
    )


DEFAULT_THRESHOLDS: Final = Thresholds()


def thresholds_of(given: Mapping[str, object]) -> Thresholds:
    """Return the thresholds, with defaults for what was not given. Raises `InvalidThreshold`."""
    unknown = [key for key in given if key not in Thresholds.model_fields]
    if unknown:
        message = f"there is no threshold {unknown[0]!r}"
        raise InvalidThreshold(message)
    try:
        return Thresholds.model_validate(given)
    except ValidationError as error:
        raise InvalidThreshold(describe_invalid(error, subject="threshold")) from error


def parse_thresholds(texts: Iterable[str]) -> JsonMap:
    """Return the thresholds that texts such as "answer=numbers" give, and no others.

    Raises `InvalidThreshold`, also for one that is given twice.
    """
    given: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            message = f"{text!r} is no threshold; give one such as answer=numbers"
            raise InvalidThreshold(message)
        if key in given:
            message = f"threshold {key!r} is given twice"
            raise InvalidThreshold(message)
        given[key] = value
    parsed: JsonMap = thresholds_of(given).model_dump(mode="json", exclude_unset=True)
    return parsed
