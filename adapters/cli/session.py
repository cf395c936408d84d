"""What the root options chose: a database, a tenant, a screen; and who is asking."""

import gc
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, TypeVar

import typer

from adapters.cli.exit_codes import ExitCode
from adapters.cli.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.cli.choices import Choices
    from adapters.cli.remote import Remote
    from domain.operations.operation import Operation, Params
    from domain.views.log import LogMark
    from domain.views.record import EventLine


_VALUES: Final = ("server", "database", "tenant", "profile", "time_zone", "color")
_LOOK_SECONDS: Final = 1.0
P = TypeVar("P", bound="Params")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Session:
    """One invocation of the command.

    `database_url` None is the default database, `server_url` where is asked in place of one,
    `zone` that of the days and clock times of who asks.
    """

    choices: "Choices"
    database_url: str | None
    server_url: str | None
    tenant_id: str
    zone: tzinfo
    screen: Screen

    def call(
        self,
        operation: "Operation[P, V]",
        params: "P",
        *,
        title: str | None = None,
        doubt: "Callable[[str], None] | None" = None,
        reached: "Callable[[LogMark], None] | None" = None,
        seen: "Callable[[EventLine], None] | None" = None,
    ) -> "V":
        """Do what is asked and return what came of it; `title` is shown while it goes on.

        `doubt` takes what is wrong with that, `reached` the marks that a verification comes to,
        `seen` the events of a run that is watched.
        Raises what the operation raises, and KeyboardInterrupt once it has ended in order for a
        signal.
        """
        if self.server_url is not None:
            with self._progress(title):
                return self._remote(self.server_url, doubt, reached, seen).call(operation, params)
        from adapters.bootstrap import open_service, records_reads
        from adapters.cli.signals import done
        from adapters.cli.who import asking, authorship
        from domain.operations.operation import Access, Caller

        # What goes wrong in a run is in its events, and the answer says it.
        logging.getLogger("opstrail").addHandler(logging.NullHandler())
        stop = threading.Event()
        access, has_reads = operation.access_for(params), records_reads()
        asker = None
        if access is not Access.READ or has_reads:
            asker = asking(self.tenant_id, records_reads=has_reads)
            access = Access.WRITE if access is Access.READ else access
        url = self.database_url
        service = open_service(url, zone=self.zone, access=access, tell=self.screen.tell)
        with service as opstrail, self._progress(title) as progress:
            caller = Caller(
                authorship(self.tenant_id),
                tell=self.screen.tell,
                doubt=doubt or _show_nothing,
                progress=progress,
                reached=reached or _show_nothing,
                seen=seen or _show_nothing,
                is_stopped=stop.is_set,
                asking=asker,
            )
            _search_for_garbage()
            work = operation.carried_out(opstrail, caller, params)
            return done(work, when_interrupted=operation.when_interrupted, stop=stop.set)

    def watch(self, operation: "Operation[P, V]", params: "P") -> "Iterator[V]":
        """Yield what a read gives, and again whenever that is otherwise; for ever."""
        from adapters.cli.signals import interrupt, on_signals

        with self._looking(operation, params) as look, on_signals(interrupt):
            last = None
            while True:
                value = look()
                if value != last:
                    yield value
                last = value
                time.sleep(_LOOK_SECONDS)

    @contextmanager
    def _looking(self, operation: "Operation[P, V]", params: "P") -> "Iterator[Callable[[], V]]":
        """Give what reads as often as it is called."""
        if self.server_url is not None:
            yield partial(self.call, operation, params)
            return
        import asyncio

        from adapters.bootstrap import open_service
        from adapters.cli.who import authorship
        from domain.operations.operation import Caller

        service = open_service(self.database_url, access=operation.access, tell=self.screen.tell)
        with service as opstrail:
            caller = Caller(authorship(self.tenant_id))
            yield lambda: asyncio.run(operation.do(opstrail, caller, params))

    def _remote(
        self,
        url: str,
        doubt: "Callable[[str], None] | None",
        reached: "Callable[[LogMark], None] | None",
        seen: "Callable[[EventLine], None] | None",
    ) -> "Remote":
        from adapters.cli.remote import Remote

        return Remote(
            url=url,
            zone=self.zone,
            tell=self.screen.tell,
            doubt=doubt or _show_nothing,
            reached=reached or _show_nothing,
            seen=seen or _show_nothing,
        )

    def show(
        self,
        operation: "Operation[P, V]",
        params: "P",
        output: str,
        *,
        as_text: "Callable[[Screen, V], None]",
        title: str | None = None,
        columns: str | None = None,
    ) -> "V":
        """Do what is asked, print what came of it, and return it; see `call`.

        When that is doubtful, it is told why, and the command fails. `columns` are a list's.
        """
        show = self.screen.show_view
        if columns is not None or output in ("csv", "jsonl"):
            from adapters.cli.text.rows import Rows

            show = Rows(self.screen, operation.view, output, columns).show_view
        doubts: list[str] = []
        value = self.call(operation, params, title=title, doubt=doubts.append)
        show(operation.view, value, output, as_text=as_text)
        for doubt in doubts:
            self.screen.tell(f"opstrail: {doubt}")
        if doubts:
            raise typer.Exit(ExitCode.FAILED)
        return value

    def _progress(self, title: str | None) -> "AbstractContextManager[Callable[[str], None]]":
        return nullcontext(_show_nothing) if title is None else self.screen.progress(title)


class Invocation:
    """The root options as they were given; what they come to is found out when it is needed."""

    def __init__(self) -> None:
        """Nothing is given yet; `given` has values by the names of the options."""
        self.given: Mapping[str, str] = {}
        self.is_paged = False

    @cached_property
    def session(self) -> Session:
        """The session; raises `NoSuchProfile`, `InvalidProfiles`, `UnknownTimeZone`."""
        from adapters.cli.choices import chosen, server_chosen, zone_chosen
        from adapters.cli.database_names import database_url_of

        choices, repeated = chosen(self.given)
        database, zone = choices["database"].value, zone_chosen(choices)
        return Session(
            choices,
            database_url_of(database) if database else None,
            server_chosen(choices),
            str(choices["tenant"].value),
            zone,
            _screen(str(choices["color"].value), zone, repeated, is_paged=self.is_paged),
        )


def given_options(root: typer.Context) -> dict[str, str]:
    """Return the values of the options that were given to the root, by their names."""
    params = root.params
    given = {name: str(params[f"_{name}"]) for name in _VALUES if _is_given(root, f"_{name}")}
    return given | ({"color": "never"} if params["_no_color"] else {})


def _is_given(root: typer.Context, name: str) -> bool:
    source = root.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def invocation_of(context: typer.Context) -> Invocation:
    """Return what was given to the root."""
    return context.ensure_object(Invocation)


def session_of(context: typer.Context) -> Session:
    """Return the session that the root options made; see `Invocation`."""
    return invocation_of(context).session


def _screen(color: str, zone: tzinfo, root_options: str, *, is_paged: bool) -> Screen:
    return Screen(
        has_color=color != "never",
        is_colorful=color == "always",
        zone=zone,
        root_options=root_options,
        is_paged=is_paged,
    )


def _search_for_garbage() -> None:
    """Look for garbage from now on, in what is made from now on, if nobody looks for it yet."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _show_nothing(_text: object) -> None:
    """Drop the text."""
