"""What a call logs: log lines, Python's warnings, and the exceptions that it ended with.

Each call hears its own alone, in its task and in the threads that do its work, and until its end.
"""

import logging
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from itertools import islice
from threading import Lock
from traceback import walk_tb
from typing import Any, Final

from domain.figures import whole_sum
from domain.json import JsonMap

LINES: Final = 200
BYTES: Final = 16 << 10
"""A log keeps so many lines, and so much text: the first ones and the last ones."""
_LINE_CHARACTERS: Final = 2000
_FRAMES, _EXCEPTIONS = 5, 10
_OWN: Final = "tool"
_HEARD: Final = "heard_by_call_log"


class CallLog:
    """The log of one call: what is logged in its block, also by threads with its context."""

    def __init__(self) -> None:
        """Nothing is logged yet."""
        self._first = list[JsonMap]()
        self._last = deque[JsonMap](maxlen=LINES // 2)
        self._count, self._is_over, self._mutex = 0, False, Lock()
        self._exceptions = list[JsonMap]()

    def __enter__(self) -> "CallLog":
        """Hear what is logged from now on."""
        _listen()
        self._token = _CURRENT.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        """Hear no more."""
        _CURRENT.reset(self._token)
        self._is_over = True

    def note(self, level: str, logger: str, text: str) -> None:
        """Keep a line, unless the call is over."""
        line: JsonMap = {"level": level, "logger": _plain(logger), "text": _plain(text)}
        with self._mutex:
            if not self._is_over:
                self._count += 1
                (self._first if self._count <= LINES // 2 else self._last).append(line)

    def fail(self, error: BaseException) -> None:
        """Keep the exception that the call ends with, and those that led to it."""
        self._exceptions = [_exception(each) for each in islice(_chain(error), _EXCEPTIONS)]

    def end(self) -> JsonMap | None:
        """Return what was logged, or None when nothing was; what comes later is not kept.

        Where lines were left out, `dropped_count` says how many, behind the `dropped_after` first.
        """
        with self._mutex:
            self._is_over = True
        if not (self._count or self._exceptions):
            return None
        first = _fitting(self._first, BYTES // 2)
        rest = [*self._first[len(first) :], *self._last]
        last = _fitting(reversed(rest), BYTES - whole_sum(map(_size, first)))[::-1]
        told: JsonMap = {"lines": [*first, *last], "exceptions": [*self._exceptions]}
        if dropped := self._count - len(first) - len(last):
            told |= {"dropped_count": dropped, "dropped_after": len(first)}
        return told


_CURRENT: ContextVar[CallLog | None] = ContextVar("call_log", default=None)


def note(text: str, *, level: str = "INFO", logger: str = _OWN) -> None:
    """Keep a line in the log of the current call, if there is one."""
    if (log := _CURRENT.get()) is not None:
        log.note(level, logger, text)


def note_failure(error: BaseException) -> None:
    """Keep what the current call ends with, if there is one."""
    if (log := _CURRENT.get()) is not None:
        log.fail(error)


def _listen() -> None:
    """Hear log records and warnings; whoever else wants to hear them goes on doing so.

    Records are heard where they are made: a logger need not pass them on to the root.
    """
    made, shown = logging.getLogRecordFactory(), warnings.showwarning
    if not hasattr(made, _HEARD):
        logging.setLogRecordFactory(_hearing(made))
    if not hasattr(shown, _HEARD):
        warnings.showwarning = _hearing_warnings(shown)


def _hearing(make: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    """Return what makes log records as before, and notes them."""

    def heard(*args: Any, **kwargs: Any) -> logging.LogRecord:  # noqa: ANN401 - as logging gives them
        record = make(*args, **kwargs)
        if record.name and not record.__dict__.setdefault(_HEARD, False):
            record.__dict__[_HEARD] = True
            note(_message(record), level=record.levelname, logger=record.name)
        return record

    setattr(heard, _HEARD, True)
    return heard


def _hearing_warnings(show: Callable[..., None]) -> Callable[..., None]:
    """Return what shows warnings as before, and notes them."""

    def heard(message: Warning | str, category: type[Warning], *where: Any) -> None:  # noqa: ANN401 - as warnings gives it
        note(f"{category.__name__}: {message}", level="WARNING", logger="py.warnings")
        show(message, category, *where)

    setattr(heard, _HEARD, True)
    return heard


def _message(record: logging.LogRecord) -> str:
    try:
        text = record.getMessage()
    except Exception:  # noqa: BLE001 - a tool may format anything
        text = str(record.msg)
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    return text if error is None else f"{text} ({type(error).__name__}: {error})"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and those that it came of, the last one first."""
    link: BaseException | None = error
    while link is not None:  # who takes a few does not mind a chain in a ring
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _exception(error: BaseException) -> JsonMap:
    """Return an exception by the names of modules: paths say more of a machine than of a tool."""
    frames = [
        f"{frame.f_globals.get('__name__', '?')}:{line} in {frame.f_code.co_name}"
        for frame, line in walk_tb(error.__traceback__)
    ]
    module, name = type(error).__module__, type(error).__qualname__
    name = name if module == "builtins" else f"{module}.{name}"
    return {"type": name, "message": _plain(str(error)), "frames": [*frames[-_FRAMES:]]}


def _plain(text: str) -> str:
    """Return a text as it can be stored, and cut where it is long."""
    cut = text if len(text) <= _LINE_CHARACTERS else f"{text[:_LINE_CHARACTERS]}..."
    return cut.replace("\0", "\ufffd").encode(errors="replace").decode()


def _fitting(lines: Iterable[JsonMap], most: int) -> list[JsonMap]:
    """Return the first lines that have at most so many bytes."""
    kept = list[JsonMap]()
    for line in lines:
        most -= _size(line)
        if most < 0:
            break
        kept.append(line)
    return kept


def _size(line: JsonMap) -> int:
    return whole_sum(len(str(value).encode()) for value in line.values())
