"""One database that is open as far as somebody needs it: to be read, tried, written or begun."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from functools import cached_property

import sqlalchemy as sa

from domain.operations.operation import Access
from infrastructure.database.opening import (
    is_new,
    opened,
    opened_to_move,
    opened_to_read,
    opened_to_try,
)


class OpenDatabase(ExitStack):
    """The database of a URL; what enters the stack is closed with it.

    `tell` takes what is to be known of it: that it was made, or that a copy is read.
    """

    def __init__(self, url: str, access: Access, tell: Callable[[str], None]) -> None:
        super().__init__()
        self.url, self._access, self._tell = url, access, tell

    @property
    def is_new(self) -> bool:
        """Whether there is no database yet, or nothing in it; what is open to write is there."""
        is_begun = "engine" in vars(self) and self._access in {Access.WRITE, Access.BEGIN}
        return not is_begun and is_new(self.url)

    @cached_property
    def engine(self) -> sa.Engine:
        """The database, with this version's schema; raises `DatabaseUnavailable`."""
        return self.enter_context(self._opened())

    @cached_property
    def moved(self) -> sa.Engine:
        """Where projections are moved, and changes are tried; raises `DatabaseReadOnly`."""
        if self._access is not Access.READ:
            return self.engine
        return self.enter_context(opened_to_move(self.engine, self.url))

    def _opened(self) -> AbstractContextManager[sa.Engine]:
        match self._access:
            case Access.READ:
                return opened_to_read(self.url, tell=self._tell)
            case Access.TRY:
                return opened_to_try(self.url, tell=self._tell)
            case Access.WRITE | Access.BEGIN:
                must_exist = self._access is Access.WRITE
                return opened(self.url, must_exist=must_exist, tell=self._tell)
