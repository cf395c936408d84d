"""What operators can set by environment variables, beside the options of the command."""

from typing import Final

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.errors import Refused
from domain.figures import TOLERANCE
from domain.tools.invalid_params import problems_of

PREFIX: Final = "OPSTRAIL_"
_WIDEST_TOLERANCE: Final = 1e-3


class InvalidSetting(Refused):
    """An environment variable has a value that is not allowed."""

    def __init__(self, name: str, *, why: str) -> None:
        self.name, self.why = name, why
        super().__init__(f"{name}: {why}")


class Settings(BaseSettings):
    """The settings; what is not set has its default."""

    model_config = SettingsConfigDict(frozen=True, env_prefix=PREFIX, env_ignore_empty=True)

    verify_tolerance: float = Field(
        default=TOLERANCE,
        ge=TOLERANCE,
        le=_WIDEST_TOLERANCE,
        description="How far a recorded float may be from the one that this build computes, "
        "relative to the larger of the two, for `run verify` and `golden check` to call them the "
        "same: from 1e-9 to 0.001.",
    )


def settings() -> Settings:
    """Return the settings of this process. Raises `InvalidSetting`."""
    try:
        return Settings()
    except ValidationError as error:
        field, _, why = problems_of(error)[0]
        name = PREFIX + field.upper()
        raise InvalidSetting(name, why=why) from error
