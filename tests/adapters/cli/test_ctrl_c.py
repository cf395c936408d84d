"""Which step a signal leads to, and that the system takes the last one."""

import signal
import sqlite3
from collections.abc import Iterator

import pytest

from adapters.cli.signals import interrupt, on_signals

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDING)
def test_each_signal_leads_to_the_next_step(number: signal.Signals) -> None:
    taken: list[str] = []
    with on_signals(lambda: taken.append("stop"), lambda: taken.append("cancel")):
        signal.raise_signal(number)
        once = [*taken]
        signal.raise_signal(number)
    assert (once, taken) == (["stop"], ["stop", "cancel"])


def test_after_the_last_step_the_system_ends_the_process() -> None:
    with on_signals(lambda: None):
        signal.raise_signal(signal.SIGTERM)
        assert [signal.getsignal(each) for each in ENDING] == [signal.SIG_DFL] * 3


def test_afterwards_they_are_heeded_as_before() -> None:
    before = [signal.getsignal(each) for each in ENDING]
    with on_signals(lambda: None, lambda: None):
        signal.raise_signal(signal.SIGINT)
    assert [signal.getsignal(each) for each in ENDING] == before


@pytest.mark.parametrize("number", ENDING)
def test_what_has_no_run_is_interrupted_by_each_of_them(number: signal.Signals) -> None:
    with pytest.raises(KeyboardInterrupt), on_signals(interrupt):
        signal.raise_signal(number)


@pytest.mark.parametrize("number", ENDING)
def test_an_interrupted_callback_of_the_database_is_an_interruption(
    number: signal.Signals,
) -> None:
    connection = sqlite3.connect(":memory:")
    connection.create_function("signalled", 0, lambda: signal.raise_signal(number))
    with pytest.raises(KeyboardInterrupt), on_signals(interrupt):
        connection.execute("SELECT signalled()")


def test_an_error_without_a_signal_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError), on_signals(interrupt):
        _ = 1 / 0


def test_what_the_process_was_to_ignore_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with on_signals(lambda: None):
        signal.raise_signal(signal.SIGHUP)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
