"""How errors are told at the border."""

from adapters.cli.exit_codes import ExitCode, exit_code_for, message_of
from domain.operations.operation import InvalidParams


def test_params_that_are_not_allowed_are_told_as_options() -> None:
    error = InvalidParams([("limit", "at least 1, got 0"), ("call_timeout_ms", "missing")])
    assert exit_code_for(error) is ExitCode.USAGE
    assert message_of(error).splitlines() == [
        "Invalid value for --limit: at least 1, got 0",
        "Invalid value for --call-timeout-ms: missing",
    ]
