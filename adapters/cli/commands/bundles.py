"""`opstrail run export`, `import` and `verify-bundle`: runs that go from machine to machine."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.completion import complete_run
from adapters.cli.options import Output, example, regular_file
from adapters.cli.session import session_of

app = typer.Typer()
BundlePath = Annotated[
    Path,
    typer.Argument(metavar="FILE", callback=regular_file, help="A file of `run export`."),
]


@app.command(
    epilog=example(
        "opstrail run export latest --bundle run.zip",
        "opstrail run export 01a20317 7b0c4df2 --with-parents --bundle incident-4711.zip",
    )
)
def export(
    context: typer.Context,
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN...",
            help="Ids, parts of ids, or `latest`.",
            autocompletion=complete_run,
        ),
    ],
    bundle: Annotated[Path, typer.Option("--bundle", metavar="FILE", help="A new file.")],
    with_parents: Annotated[
        bool, typer.Option("--with-parents", help="Also the runs that these come from.")
    ] = False,
    output: Output = "text",
) -> None:
    """Write runs to one file that another machine can open, check and import.

    It has the events, large results, the proof, and a page that shows the runs in a browser,
    offline. Keep the head hashes elsewhere: they show that nothing was rewritten.
    """
    from adapters.cli.text.bundles import show_bundle
    from adapters.exporters.bundle_file import write_file
    from domain.operations.bundles import EXPORT_RUNS, RunsToExport

    session, params = (
        session_of(context),
        RunsToExport(runs=tuple(runs), with_parents=with_parents),
    )
    exported = session.call(EXPORT_RUNS, params, title="Exporting")
    write_file(bundle, exported.content)
    session.screen.show_view(EXPORT_RUNS.view, exported, output, as_text=show_bundle)
    session.screen.tell(f"Exported to {bundle}.")


@app.command("import", epilog=example("opstrail --database ./other.db run import run.zip"))
def import_(context: typer.Context, file: BundlePath, output: Output = "text") -> None:
    """Read the runs of a bundle into the database: the same versions, event ids and hashes.

    What is there already stays; all of the rest is imported, or nothing.
    """
    from adapters.cli.text.bundles import show_imported
    from adapters.exporters.bundle_file import read_file
    from domain.operations.bundles import IMPORT_RUNS, BundleFile

    session, bundle = session_of(context), BundleFile(content=read_file(file))
    session.show(IMPORT_RUNS, bundle, output, as_text=show_imported, title="Importing")


@app.command(epilog=example("opstrail run verify-bundle run.zip"))
def verify_bundle(context: typer.Context, file: BundlePath, output: Output = "text") -> None:
    """Recompute every hash in a bundle, without any database.

    A changed byte is told with the member, the run and the version that it is in.
    """
    from adapters.cli.text.bundles import show_sound
    from adapters.exporters.bundle_file import read_file
    from domain.operations.bundles import VERIFY_BUNDLE, BundleFile

    session, bundle = session_of(context), BundleFile(content=read_file(file))
    session.show(VERIFY_BUNDLE, bundle, output, as_text=show_sound, title="Verifying")
