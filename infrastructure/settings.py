"""What operators can set, beside the options of the command: by variables, or in a file."""

import os
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from domain.figures import TOLERANCE
from domain.run.replanning import RUN_POLICY, ControlLoopPolicy
from domain.services.leases import LEASE_SECONDS
from domain.stages.effects import APPROVAL_SECONDS
from domain.tools.invalid_params import problems_of
from infrastructure.config import (
    PREFIX,
    SETTINGS,
    InvalidSetting,
    config_path,
    config_table,
)

_WIDEST_TOLERANCE: Final = 1e-3
_SHORTEST_LEASE: Final = 0.5
_LONGEST_LEASE: Final = 3600.0
_LONGEST_WAIT: Final = 2_592_000.0


class Settings(BaseSettings):
    """The settings; a variable counts more than the file, and what neither has is the default."""

    model_config = SettingsConfigDict(frozen=True, env_prefix=PREFIX, env_ignore_empty=True)

    verify_tolerance: float = Field(
        default=TOLERANCE,
        ge=TOLERANCE,
        le=_WIDEST_TOLERANCE,
        description="How far a recorded float may be from the one that this build computes, "
        "relative to the larger of the two, for `run verify` and `golden check` to call them the "
        "same: from 1e-9 to 0.001.",
    )
    lease_seconds: float = Field(
        default=LEASE_SECONDS,
        ge=_SHORTEST_LEASE,
        le=_LONGEST_LEASE,
        description="How long a worker may say nothing before it counts as lost, and `run "
        "recover` carries its runs on: from 0.5 to 3600 seconds.",
    )
    approval_seconds: float = Field(
        default=APPROVAL_SECONDS,
        ge=1,
        le=_LONGEST_WAIT,
        description="How long a run waits for a person to allow what may have an effect twice; "
        "then it is denied: from 1 to 2592000 seconds (30 days).",
    )
    replanning: ControlLoopPolicy = Field(
        default=RUN_POLICY,
        description="How often, and for what, a run may change its plan, as JSON: "
        '`{"max_replans": 1, "allowed_triggers": ["timeout", "empty_result"]}`, or '
        '`{"enable_automatic_replan": false}`; see [replanning](replanning.md).',
    )
    audit_reads: bool = Field(
        default=False,
        description="Whether the operator log has what is read at the command line, too; reads "
        "over HTTP it always has.",
    )
    requests_per_minute: int = Field(
        default=6000,
        ge=1,
        le=1_000_000,
        description="How often one key may ask a server in a minute; then the answer is 429.",
    )
    runs_per_tenant: int = Field(
        default=256,
        ge=1,
        le=1_000_000,
        description="How many runs and other commands of one tenant a server carries out or lets "
        "wait at once; then the answer is 429.",
    )
    read_seconds: float = Field(
        default=300.0,
        ge=0.01,
        le=86_400,
        description="How long a read over HTTP may take; then the answer is 503.",
    )
    trusted_proxies: str = Field(
        default="",
        max_length=1000,
        description="The addresses of proxies, with commas, whose `X-Forwarded-For` says who asks "
        "a server, such as `127.0.0.1`; nobody else's does.",
    )
    redaction_file: Path | None = Field(
        default=None,
        description="A file with more patterns of what is removed before it is recorded; see "
        "[redaction](redaction.md).",
    )
    sources_file: Path | None = Field(
        default=None,
        description="A file that names the databases and servers that tools may ask; see "
        "[sources](sources.md).",
    )
    secrets_dir: Path = Field(
        default=Path("/run/secrets"),
        description="Where `secret:NAME` in params is looked for as the file NAME, when "
        "`OPSTRAIL_SECRET_NAME` is not set.",
    )

    log_format: Literal["json", "console", "auto"] = Field(
        default="auto",
        description="How `opstrail serve` logs to standard error: `json`, `console`, or `auto`, "
        "which is JSON unless a terminal shows it.",
    )

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *_: object, **known: PydanticBaseSettingsSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where settings come from, what counts most first."""
        of_file = InitSettingsSource(settings_cls, config_table(SETTINGS) or {})
        return known["env_settings"], of_file

    @field_validator("replanning", mode="before")
    @classmethod
    def _policy(cls, given: str | dict[str, Any] | ControlLoopPolicy) -> ControlLoopPolicy:
        if isinstance(given, ControlLoopPolicy):  # the default
            return given
        if isinstance(given, str):
            given = msgspec.json.decode(given, type=dict[str, Any])
        policy = msgspec.convert({**msgspec.to_builtins(RUN_POLICY), **given}, ControlLoopPolicy)
        if wrong := policy.validate_policy():
            raise ValueError("; ".join(wrong))
        return policy


def settings() -> Settings:
    """Return the settings of this process. Raises `InvalidSetting`."""
    try:
        return Settings()
    except ValidationError as error:
        field, _, why = problems_of(error)[0]
        name = PREFIX + field.partition(".")[0].upper()
        where = name if os.environ.get(name) else f"{config_path()}: {SETTINGS}.{field}"
        raise InvalidSetting(where, why=why) from error
