"""The operations on bundles: runs as files that go from machine to machine."""

from typing import Final

from pydantic import ConfigDict, Field

from domain.audit.bundle import (
    BundleRefused,
    BundleTooLarge,
    EventIdTaken,
    OtherTenant,
    RunDiffers,
)
from domain.errors import AmbiguousRun, ErasedResult, NotFound, WrongExpectedVersion
from domain.operations.operation import Access, Caller, Params, Scope, command, read
from domain.operations.services import Services
from domain.replay.bulk.orders import IGNORED
from domain.replay.compare.ignore_rules import InvalidPattern, parse_ignore_rules
from domain.services.bundles import bundle_of, verify_runs_of
from domain.values.fields import Name
from domain.views.bundle import (
    BUNDLE_MANIFEST,
    IMPORTED_RUNS,
    VERIFIED_BUNDLE,
    ExportedBundle,
    ImportedRun,
    VerifiedBundle,
)
from domain.views.verdict import BUNDLED_VERDICTS, Verdict

_CANNOT_IMPORT: Final = (
    BundleRefused,
    OtherTenant,
    RunDiffers,
    EventIdTaken,
    WrongExpectedVersion,
)
_CANNOT_EXPORT: Final = (NotFound, AmbiguousRun, BundleTooLarge)


class RunsToExport(Params):
    """The runs that a bundle shall have."""

    runs: tuple[Name, ...] = Field(
        min_length=1, description="Ids, parts that begin or end only one id, or `latest`."
    )
    with_parents: bool = Field(default=False, description="Also the runs that these come from.")


class BundleFile(Params):
    """A bundle; in JSON its bytes are base64."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    content: bytes = Field(repr=False, description="The bytes of a file of `run export`.")


class BundleToVerify(BundleFile):
    """A bundle, and what makes no difference in its runs."""

    ignore: tuple[str, ...] = IGNORED


async def export_runs(have: Services, caller: Caller, params: RunsToExport) -> ExportedBundle:
    """Return runs as one file that another machine can open, check and import."""
    run_ids = [have.reader.resolve(caller.tenant_id, text) for text in params.runs]
    return have.bundles.export(
        run_ids, tenant_id=caller.tenant_id, with_parents=params.with_parents
    )


async def import_runs(have: Services, caller: Caller, params: BundleFile) -> list[ImportedRun]:
    """Append what the database lacks of the runs in a bundle: all of it, or nothing."""
    # A bundle that is refused leaves no database behind.
    bundle = bundle_of(have.bundle_format, params.content, tenant_id=caller.tenant_id)
    return have.bundles.database.import_runs(bundle)


async def verify_bundle(have: Services, _caller: Caller, params: BundleFile) -> VerifiedBundle:
    """Recompute every hash in a bundle; no database is opened."""
    manifest = have.bundle_format.read(params.content).manifest
    return VerifiedBundle(**dict(manifest), is_sound=True)


async def verify_bundle_runs(
    have: Services, _caller: Caller, params: BundleToVerify
) -> list[Verdict]:
    """Return whether this opstrail decides the runs of a bundle as their records say.

    No tool is called and no database is opened.
    """
    ignore = parse_ignore_rules(params.ignore)
    bundle = have.bundle_format.read(params.content)
    return await verify_runs_of(bundle, have.known_tools, have.verifier, ignore)


EXPORT_RUNS: Final = read(
    "run.export", Scope.PAYLOADS_READ, RunsToExport, BUNDLE_MANIFEST, export_runs, *_CANNOT_EXPORT
)
IMPORT_RUNS: Final = command(
    *("run.import", Scope.RUNS_WRITE, BundleFile, IMPORTED_RUNS, import_runs, *_CANNOT_IMPORT),
    access=Access.BEGIN,
)
VERIFY_BUNDLE: Final = read(
    "run.verify_bundle",
    Scope.AUDIT_READ,
    BundleFile,
    VERIFIED_BUNDLE,
    verify_bundle,
    BundleRefused,
)
VERIFY_BUNDLE_RUNS: Final = read(
    "run.verify_bundle_runs",
    Scope.AUDIT_READ,
    BundleToVerify,
    BUNDLED_VERDICTS,
    verify_bundle_runs,
    BundleRefused,
    ErasedResult,
    InvalidPattern,
)
