"""From errors to exit codes: the one translation at the border."""

from adapters.cli.exit_codes import ExitCode


def exit_code_for(error: Exception) -> ExitCode | None:
    """Return how a command ends that raised this error; None when nobody foresaw it."""
    return next((code for kind, code in _table() if isinstance(error, kind)), None)


def _table() -> tuple[tuple[type[Exception], ExitCode], ...]:
    """The errors that a user can meet; the first that fits counts."""
    from adapters.bootstrap import DatabaseUnavailable, UnsupportedDatabase
    from domain.audit.bundle import BundleRefused, BundleTooLarge
    from domain.errors import KeyReused, NotFound, OpstrailError, Refused
    from domain.estate.errors import EstateError
    from domain.plan.planner import QuestionNotUnderstood
    from domain.services.log import LogFileRefused
    from domain.services.projections import ProjectionError, UnknownProjection
    from domain.tools.registry import UnknownTool

    return (
        (NotFound, ExitCode.NOT_FOUND),
        (UnknownTool, ExitCode.NOT_FOUND),
        (UnknownProjection, ExitCode.NOT_FOUND),
        (ProjectionError, ExitCode.FAILED),
        (Refused, ExitCode.USAGE),
        (KeyReused, ExitCode.USAGE),
        (OpstrailError, ExitCode.FAILED),
        (QuestionNotUnderstood, ExitCode.USAGE),
        (EstateError, ExitCode.USAGE),
        (LogFileRefused, ExitCode.USAGE),
        (BundleRefused, ExitCode.USAGE),
        (BundleTooLarge, ExitCode.USAGE),
        (UnsupportedDatabase, ExitCode.USAGE),
        (DatabaseUnavailable, ExitCode.FAILED),
        (OSError, ExitCode.FAILED),
    )


def message_of(error: Exception) -> str:
    """Return what is told of an error: of a file its name, of a value the option it was for."""
    from domain.operations.operation import InvalidParams

    if isinstance(error, InvalidParams):
        return "\n".join(f"Invalid value for {_option(at)}: {why}" for at, why in error.problems)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _option(field: str) -> str:
    """Options are called as the fields of the params that they fill."""
    return f"--{field.replace('_', '-')}"
